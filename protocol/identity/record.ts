/**
 * One record of an organisation, as it is signed (PROTOCOL 1.3, 1.4): its keys, name and addresses. Keys are changed by a root
 * signature alone; the operational key re-issues a record that leaves them as they are, so who steals it cannot keep it.
 */

import { equalBytes } from '../bytes.ts';
import {
  bytes,
  bytesUpTo,
  decodeOrThrow,
  encode,
  fields,
  hash32,
  list,
  signature64,
  type TypeOf,
  text,
  uint,
  version,
} from '../codec.ts';
import { signedBytes, taggedHash } from '../hash.ts';
import type { Hash } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { Refused } from '../result.ts';
import { isDomain, isShownName } from './names.ts';

const orgRecordShape = fields({
  v: version(1),
  seq: uint(),
  /** `recordHash` of the root-signed record before this one; zeros in the first. */
  prev: hash32,
  rootKeys: list(bytes(32), LIMITS.rootKeys),
  opKey: bytes(32),
  name: text(LIMITS.orgNameBytes),
  domains: list(text(LIMITS.domainBytes), LIMITS.domains),
  endpoints: list(text(LIMITS.endpointBytes), LIMITS.endpoints),
  features: list(text(LIMITS.featureBytes), LIMITS.features),
  issuedAt: uint(),
  expiresAt: uint(),
});
/** Times in milliseconds since the Unix epoch. */
export type OrgRecord = TypeOf<typeof orgRecordShape>;

export const signedRecordShape = fields({
  bytes: bytesUpTo(LIMITS.recordBytes),
  /** 0: the operational key; n: root key n-1; of the root-signed record before, for the first of itself. */
  signer: uint(LIMITS.rootKeys),
  signature: signature64,
});
export type SignedRecord = TypeOf<typeof signedRecordShape>;

/** 64 bytes over the message. */
export type Sign = (message: Uint8Array) => Uint8Array;

export const NO_RECORD: Hash = new Uint8Array(32);

const FEATURE = /^[a-z0-9][a-z0-9._-]*$/;
/** A multiaddr in text that names a place and no key: the key is the record's. */
const ENDPOINT = /^(?:\/[A-Za-z0-9._:%-]+)+$/;

export function isEndpoint(text: string): boolean {
  return text.length <= LIMITS.endpointBytes && ENDPOINT.test(text) && !/\/(?:p2p|ipfs)(?:\/|$)/.test(text);
}

/** Throws `Refused`: `too_big`, `malformed`, `not_canonical`, `unknown_version`, `bad_key`, `bad_record`. */
export function readRecord(recordBytes: Uint8Array, isAdmissible: (key: Uint8Array) => boolean): OrgRecord {
  const record = decodeOrThrow(orgRecordShape, recordBytes, LIMITS.recordBytes);
  checkTexts(record);
  checkKeys(record);
  if (![...record.rootKeys, record.opKey].every(isAdmissible)) throw new Refused('bad_key', 'record');
  if (record.expiresAt <= record.issuedAt) throw new Refused('bad_record', 'expiresAt');
  return record;
}

function checkTexts({ name, domains, endpoints, features }: OrgRecord): void {
  if (!isShownName(name, LIMITS.orgNameBytes)) throw new Refused('bad_record', 'name');
  if (!domains.every(isDomain) || hasTwice(domains)) throw new Refused('bad_record', 'domains');
  if (!endpoints.every(isEndpoint)) throw new Refused('bad_record', 'endpoints');
  if (!features.every((each) => FEATURE.test(each)) || hasTwice(features)) throw new Refused('bad_record', 'features');
}

function checkKeys({ rootKeys, opKey }: OrgRecord): void {
  if (rootKeys.length === 0) throw new Refused('bad_record', 'rootKeys');
  for (const [i, key] of rootKeys.entries()) {
    if (equalBytes(key, opKey) || rootKeys.slice(0, i).some((other) => equalBytes(other, key)))
      throw new Refused('bad_record', 'one key twice');
  }
}

function hasTwice(texts: readonly string[]): boolean {
  return new Set(texts).size !== texts.length;
}

export function recordHash(recordBytes: Uint8Array): Hash {
  return taggedHash('record', recordBytes);
}

/** `sign` holds the key that `signer` names. */
export function signRecord(record: OrgRecord, signer: number, sign: Sign): SignedRecord {
  const recordBytes = encode(orgRecordShape, record);
  return { bytes: recordBytes, signer, signature: sign(signedBytes('record', recordBytes)) };
}

/** Connections are made only while the record is in force; what was signed under it stays valid for ever. */
export function isExpired(record: OrgRecord, nowMs: number): boolean {
  // A record issued in the future would outlive its seven days.
  return nowMs >= record.expiresAt || record.issuedAt > nowMs + LIMITS.clockAheadMs;
}
