/**
 * What an account says of its keys, whole each time (SEAL 2.2). Always holds: a `Card` that was read is well-formed by itself; whether
 * it follows the ones before it is for identity-chain.ts.
 */
import { compareBytes, equalBytes } from '../bytes.ts';
import {
  bytes,
  bytesUpTo,
  decodeOrThrow,
  encode,
  fields,
  hash32,
  id,
  list,
  type Shape,
  signature64,
  type TypeOf,
  uint,
  version,
} from '../codec.ts';
import { isAdmissibleKey } from '../ed25519.ts';
import { signedBytes, taggedHash } from '../hash.ts';
import { type DeviceId, type Hash, idBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { Refused, type Result, refusing } from '../result.ts';
import { isAdmissibleUserKey } from './user-key.ts';

/** `update` keeps the identity key; the others bring one, and stay in the chain for ever. */
export type CardChange = 'enrol' | 'update' | 'succeed' | 'reset';

const CHANGES: readonly CardChange[] = ['enrol', 'update', 'succeed', 'reset'];
const changeNumber = uint(CHANGES.length - 1);
const changeShape: Shape<CardChange> = {
  read: (raw, at) => CHANGES[changeNumber.read(raw, at)] as CardChange,
  write: (change) => CHANGES.indexOf(change),
};

const cardDevice = fields({ device: id('device'), dk: bytes(32) });
/** A device and its key (Ed25519). */
export type CardDevice = TypeOf<typeof cardDevice>;

const cardShape = fields({
  v: version(1),
  org: id('org'),
  account: id('account'),
  seq: uint(),
  /** `cardHash` of the last card before that changed the identity key; zeros in the first. */
  prev: hash32,
  change: changeShape,
  uik: bytes(32),
  ukGen: uint(),
  uk: bytes(32),
  devices: list(cardDevice, LIMITS.devicesPerAccount),
  /** Milliseconds. */
  issuedAt: uint(),
});
export type Card = TypeOf<typeof cardShape>;

/** Empty, or a signature. */
const signatureOrNone: Shape<Uint8Array> = {
  read: (raw, at) => (raw instanceof Uint8Array && raw.length === 0 ? raw : signature64.read(raw, at)),
  write: (value) => value,
};

export const signedCardShape = fields({
  bytes: bytesUpTo(LIMITS.cardBytes),
  /** Kind `card`, by the card's own identity key. */
  signature: signature64,
  /** Kind `counter`, by the organisation's operational key; empty in an update, and until the node has signed. */
  counter: signatureOrNone,
  /** Kind `card`, by the identity key before; only in a succeed. */
  former: signatureOrNone,
});
export type SignedCard = TypeOf<typeof signedCardShape>;

/** With its three signatures. */
const SIGNED_CARD_BYTES = LIMITS.cardBytes + 256;
export const NO_CARD: Hash = new Uint8Array(32);

/** The card's hash, 32 bytes; of an `enrol` card it is the *enrol hash* of the account. */
export function cardHash(cardBytes: Uint8Array): Hash {
  return taggedHash('card', cardBytes);
}

/** What `signature` and `former` cover. */
export function cardMessage(cardBytes: Uint8Array): Uint8Array {
  return signedBytes('card', cardBytes);
}

/** What `counter` covers. */
export function counterMessage(cardBytes: Uint8Array): Uint8Array {
  return signedBytes('counter', cardBytes);
}

export function encodeSignedCard(card: SignedCard): Uint8Array {
  return encode(signedCardShape, card);
}

/** Shapes only: see `readCard` and `verifyIdentity`. */
export function decodeSignedCard(signedBytes: Uint8Array): Result<SignedCard> {
  return refusing(() => decodeOrThrow(signedCardShape, signedBytes, SIGNED_CARD_BYTES));
}

/** Refuses the codec's refusals, `bad_card` (form), `bad_key`. Proves nothing: no signature is looked at. */
export function readCard(cardBytes: Uint8Array): Result<Card> {
  return refusing(() => readCardOrThrow(cardBytes, isAdmissibleKey));
}

/** As `readCard`; throws `Refused`. `isAdmissible` may remember: most cards repeat the keys of the one before. */
export function readCardOrThrow(cardBytes: Uint8Array, isAdmissible: (key: Uint8Array) => boolean): Card {
  const card = decodeOrThrow(cardShape, cardBytes, LIMITS.cardBytes);
  checkForm(card);
  if (![card.uik, ...card.devices.map(({ dk }) => dk)].every(isAdmissible)) throw new Refused('bad_key', 'card');
  if (!isAdmissibleUserKey(card.uk)) throw new Refused('bad_key', 'uk');
  return card;
}

function checkForm({ seq, prev, change, uik, ukGen, devices }: Card): void {
  const isFirst = change === 'enrol';
  if (isFirst !== (seq === 0)) throw new Refused('bad_card', 'seq');
  if (isFirst !== equalBytes(prev, NO_CARD)) throw new Refused('bad_card', 'prev');
  if (isFirst ? ukGen !== 1 : ukGen === 0) throw new Refused('bad_card', 'ukGen');
  if (isFirst && devices.length === 0) throw new Refused('bad_card', 'no device');
  for (const [i, { device, dk }] of devices.entries()) {
    const before = devices[i - 1];
    if (before && compareDevices(before.device, device) >= 0) throw new Refused('bad_card', 'order of devices');
    const isTwice = equalBytes(dk, uik) || devices.slice(0, i).some((other) => equalBytes(other.dk, dk));
    if (isTwice) throw new Refused('bad_card', 'one key twice');
  }
}

function compareDevices(a: DeviceId, b: DeviceId): number {
  return compareBytes(idBytes(a), idBytes(b));
}

/** Bytes of a card. Devices may come in any order. What `readCard` would refuse is a bug of the caller, and throws. */
export function encodeCard(card: Omit<Card, 'v'>): Uint8Array {
  const devices = card.devices.toSorted((a, b) => compareDevices(a.device, b.device));
  return encode(cardShape, { ...card, v: 1, devices });
}
