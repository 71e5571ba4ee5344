/**
 * For tests and frozen examples only: organisations, accounts and keys made from a number, the same in every run.
 * Signatures come from node:crypto; Ed25519 is deterministic.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign as signNatively } from 'node:crypto';
import type { Signed } from '../codec.ts';
import { type HashTag, signedBytes } from '../hash.ts';
import { firstChain } from '../identity/organisation.ts';
import { type AccountId, type DeviceId, type IdKind, type IdOf, idFromBytes, idLength, type OrgId } from '../ids.ts';
import type { Result } from '../result.ts';

export interface TestKey {
  readonly key: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export interface TestOrg {
  readonly orgId: OrgId;
  /** Its record chain: one record, in force for six days from `START_MS`. */
  readonly chain: Uint8Array;
  readonly root: TestKey;
  readonly op: TestKey;
  /** The bytes with the operational key's signature for that kind. */
  signed(tag: HashTag, bytes: Uint8Array): Signed;
}

export const START_MS = Date.UTC(2026, 10, 24);
const PKCS8_SEED = Buffer.from('302e020100300506032b657004220420', 'hex');

export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.detail ?? ''}`);
  return result.value;
}

/** `length` bytes, zeros and then the number, big end first. */
export function bytesOf(length: number, number: number): Uint8Array {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(length - 4, number);
  return bytes;
}

function secretOf(number: number): KeyObject {
  const key = Buffer.concat([PKCS8_SEED, bytesOf(32, number)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** The key whose seed is 32 bytes, zeros and then the number. */
export function keyOf(number: number): TestKey {
  const secret = secretOf(number);
  const key = new Uint8Array(createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32));
  return { key, sign: (message) => new Uint8Array(signNatively(null, message, secret)) };
}

/** Root key `1000 + number`, operational key `number`. */
export function orgOf(number: number): TestOrg {
  const [root, op] = [keyOf(1000 + number), keyOf(number)];
  const content = {
    rootKeys: [root.key],
    opKey: op.key,
    name: `Organisation ${number}`,
    domains: [`org${number}.example`],
    endpoints: [`/ip4/127.0.0.1/tcp/${4440 + number}`],
    features: ['suite0'],
    issuedAt: START_MS,
    expiresAt: START_MS + 6 * 86_400_000,
  };
  const { orgId, chainBytes } = unwrap(firstChain(content, root.sign));
  const signed = (tag: HashTag, bytes: Uint8Array) => ({ bytes, signature: op.sign(signedBytes(tag, bytes)) });
  return { orgId, chain: chainBytes, root, op, signed };
}

export function idOf<K extends IdKind>(kind: K, number: number): IdOf[K] {
  return idFromBytes(kind, bytesOf(idLength(kind), number));
}

export function accountOf(number: number): AccountId {
  return idOf('account', number);
}

export function deviceOf(number: number): DeviceId {
  return idOf('device', number);
}
