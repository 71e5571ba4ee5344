/**
 * For tests and frozen examples only: accounts with their keys and identity chains, made from a number, the same in every run.
 * A `TestPerson` is never changed: each deed gives the person as it is afterwards.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { type Card, type CardDevice, cardMessage, counterMessage, type SignedCard } from '../identity/card.ts';
import {
  type CardContent,
  composeCard,
  encodeIdentity,
  type Identity,
  verifyIdentity,
  withCard,
} from '../identity/identity-chain.ts';
import type { AccountId, DeviceId } from '../ids.ts';
import { accountOf, bytesOf, deviceOf, keyOf, START_MS, type TestKey, type TestOrg, unwrap } from './orgs.ts';

/** A user key. */
export interface TestUserKey {
  /** X25519, 32 bytes each. */
  readonly secret: Uint8Array;
  readonly key: Uint8Array;
}

export interface TestDevice {
  readonly device: DeviceId;
  readonly dk: TestKey;
}

export interface TestPerson {
  readonly org: TestOrg;
  readonly account: AccountId;
  readonly number: number;
  readonly uik: TestKey;
  /** Seed of the identity key, 32 bytes. */
  readonly uikSeed: Uint8Array;
  /** Generation 1 first; the last is in force. */
  readonly uks: readonly TestUserKey[];
  readonly devices: readonly TestDevice[];
  /** Counter-signed. */
  readonly chain: Uint8Array;
  readonly identity: Identity;
}

const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** The user key whose secret is 32 bytes, zeros and then the number. */
export function userKeyOf(number: number): TestUserKey {
  const secret = bytesOf(32, number);
  const held = createPrivateKey({ key: Buffer.concat([PKCS8_X25519, secret]), format: 'der', type: 'pkcs8' });
  const key = createPublicKey(held).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { secret, key: new Uint8Array(key) };
}

/** Device `number` and its key, of whichever account. */
export function testDevice(number: number): TestDevice {
  return { device: deviceOf(number), dk: keyOf(300_000 + number) };
}

function identityKey(number: number, generation: number): { uik: TestKey; uikSeed: Uint8Array } {
  const seed = 100_000 + number * 100 + generation;
  return { uik: keyOf(seed), uikSeed: bytesOf(32, seed) };
}

function cardDevices(devices: readonly TestDevice[]): CardDevice[] {
  return devices.map(({ device, dk }) => ({ device, dk: dk.key }));
}

/** Bytes with the signatures that a card of that change has; `counter` by the organisation, `former` by the key before. */
export function signCard(
  org: TestOrg,
  cardBytes: Uint8Array,
  change: Card['change'],
  uik: TestKey,
  former: TestKey | null = null,
): SignedCard {
  const none = new Uint8Array();
  return {
    bytes: cardBytes,
    signature: uik.sign(cardMessage(cardBytes)),
    counter: change === 'update' ? none : org.op.sign(counterMessage(cardBytes)),
    former: change === 'succeed' && former ? former.sign(cardMessage(cardBytes)) : none,
  };
}

/** An account of `org` (of its number, unless told), enrolled with these devices (one, of its number, unless told). */
export function personOf(
  org: TestOrg,
  number: number,
  deviceNumbers: readonly number[] = [number],
  account: AccountId = accountOf(number),
): TestPerson {
  const { uik, uikSeed } = identityKey(number, 1);
  const [uk, devices] = [userKeyOf(200_000 + number * 100 + 1), deviceNumbers.map(testDevice)];
  const content: CardContent = {
    change: 'enrol',
    uik: uik.key,
    ukGen: 1,
    uk: uk.key,
    devices: cardDevices(devices),
    issuedAt: START_MS,
  };
  const made = composeCard({ org: org.orgId, account }, null, content);
  const chain = encodeIdentity([signCard(org, made, 'enrol', uik)]);
  const identity = unwrap(verifyIdentity(chain, org.op.key));
  return { org, account, number, uik, uikSeed, uks: [uk], devices, chain, identity };
}

/** The person as it stands after one more card, which `person`'s own key signs unless the change brings another. */
function after(person: TestPerson, change: Card['change'], next: Partial<TestPerson>): TestPerson {
  const { org, account, uik, uks, devices } = { ...person, ...next };
  const content: CardContent = {
    change,
    uik: uik.key,
    ukGen: uks.length,
    uk: (uks.at(-1) as TestUserKey).key,
    devices: cardDevices(devices),
    issuedAt: person.identity.seq + 1 + START_MS,
  };
  const made = composeCard({ org: org.orgId, account }, person.identity, content);
  const chain = unwrap(withCard(person.chain, signCard(org, made, change, uik, person.uik)));
  return { ...person, ...next, chain, identity: unwrap(verifyIdentity(chain, org.op.key)) };
}

function nextUserKey({ number, uks }: TestPerson): TestUserKey[] {
  return [...uks, userKeyOf(200_000 + number * 100 + uks.length + 1)];
}

/** `update`: with these devices and no others. */
export function withDevices(person: TestPerson, deviceNumbers: readonly number[]): TestPerson {
  return after(person, 'update', { devices: deviceNumbers.map(testDevice) });
}

/** `update`: with the next user key, and these devices if told. */
export function withNextUserKey(person: TestPerson, devices: readonly TestDevice[] = person.devices): TestPerson {
  return after(person, 'update', { uks: nextUserKey(person), devices });
}

/** `succeed`: a new identity key, vouched for by the one before. */
export function succeeded(person: TestPerson): TestPerson {
  return after(person, 'succeed', identityKey(person.number, person.identity.changes.length + 1));
}

/** `reset`: everything new; on `device`, unless told a number higher by 1,000 than the person's. */
export function wasReset(person: TestPerson, device: number = 1_000 + person.number): TestPerson {
  const keys = identityKey(person.number, 50 + person.identity.changes.length);
  return after(person, 'reset', { ...keys, uks: nextUserKey(person), devices: [testDevice(device)] });
}
