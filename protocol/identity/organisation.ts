/**
 * An organisation as others know it: its chain of root-signed records, then at most one operational re-issue (PROTOCOL 1.5, 1.6).
 * Always holds: an `Organisation` value was verified from its first record on, and `orgId` is the hash of that record.
 */
import { equalBytes } from '../bytes.ts';
import { decodeOrThrow, encode, list } from '../codec.ts';
import { isAdmissibleKey, verifySync } from '../ed25519.ts';
import { taggedHash } from '../hash.ts';
import { type Hash, idFromBytes, type OrgId, toBase32 } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { Refused, type Result, refusing } from '../result.ts';
import {
  NO_RECORD,
  type OrgRecord,
  readRecord,
  recordHash,
  type Sign,
  type SignedRecord,
  signedRecordShape,
  signRecord,
} from './record.ts';

export interface RootRecord {
  readonly record: OrgRecord;
  readonly hash: Hash;
}

export interface Organisation {
  readonly orgId: OrgId;
  /** What holds now: the last of the chain. */
  readonly record: OrgRecord;
  /** Every root-signed record, in order. */
  readonly rootRecords: readonly RootRecord[];
  readonly chainBytes: Uint8Array;
}

const chainShape = list(signedRecordShape, LIMITS.recordChain);

function readChain(chainBytes: Uint8Array): readonly SignedRecord[] {
  const chain = decodeOrThrow(chainShape, chainBytes, LIMITS.chainBytes);
  if (chain.length === 0) throw new Refused('bad_record', 'empty');
  return chain;
}

function orgIdOf(firstRecord: Uint8Array): OrgId {
  return idFromBytes('org', taggedHash('org', firstRecord));
}

/** Whose chain this claims to be, for look-ups that must be cheap. Proves nothing. Refuses as `verifyChain` does for shapes. */
export function claimedOrgId(chainBytes: Uint8Array): Result<OrgId> {
  return refusing(() => orgIdOf((readChain(chainBytes)[0] as SignedRecord).bytes));
}

/**
 * Refuses `too_big`, `malformed`, `not_canonical`, `unknown_version` (shapes), `bad_key`, `bad_record` (order, links, what the
 * operational key may not change), `bad_signature`. Whether the record has expired is another question: `isExpired`.
 */
export function verifyChain(chainBytes: Uint8Array): Result<Organisation> {
  return refusing(() => {
    const chain = readChain(chainBytes);
    const rootRecords: RootRecord[] = [];
    const isAdmissible = rememberingAdmission();
    let last: OrgRecord | undefined;
    for (const [i, signed] of chain.entries()) {
      const before = rootRecords.at(-1);
      const record = readRecord(signed.bytes, isAdmissible);
      checkPlace(record, before, signed.signer, i === chain.length - 1);
      checkSignature(signed, before?.record ?? record);
      if (signed.signer > 0) rootRecords.push({ record, hash: recordHash(signed.bytes) });
      last = record;
    }
    return { orgId: orgIdOf((chain[0] as SignedRecord).bytes), record: last as OrgRecord, rootRecords, chainBytes };
  });
}

/** Most records repeat the keys of the one before, and a point is costly to check. */
function rememberingAdmission(): (key: Uint8Array) => boolean {
  const good = new Set<string>();
  return (key) => {
    const name = toBase32(key);
    if (!good.has(name) && isAdmissibleKey(key)) good.add(name);
    return good.has(name);
  };
}

function checkPlace(record: OrgRecord, before: RootRecord | undefined, signer: number, isLast: boolean): void {
  if (!equalBytes(record.prev, before?.hash ?? NO_RECORD)) throw new Refused('bad_record', 'prev');
  if (before ? record.seq <= before.record.seq : record.seq !== 0) throw new Refused('bad_record', 'seq');
  if (signer > 0) return;
  if (!before || !isLast) throw new Refused('bad_record', 'place of a re-issue');
  checkReissue(record, before.record);
}

function checkReissue(record: OrgRecord, before: OrgRecord): void {
  const sameKeys =
    equalBytes(record.opKey, before.opKey) &&
    record.rootKeys.length === before.rootKeys.length &&
    record.rootKeys.every((key, i) => equalBytes(key, before.rootKeys[i] as Uint8Array));
  const sameDomains =
    record.domains.length === before.domains.length &&
    record.domains.every((domain, i) => domain === before.domains[i]);
  if (!sameKeys || !sameDomains) throw new Refused('bad_record', 'needs a root signature');
  if (record.expiresAt - record.issuedAt > LIMITS.recordLifetimeMs) throw new Refused('bad_record', 'lifetime');
}

/** `keys` is the record that the signer's number speaks of. */
function checkSignature({ bytes, signer, signature }: SignedRecord, keys: OrgRecord): void {
  const key = signer === 0 ? keys.opKey : keys.rootKeys[signer - 1];
  if (!key) throw new Refused('bad_record', 'signer');
  if (!verifySync('record', bytes, key, signature)) throw new Refused('bad_signature', 'record');
}

/** The operational key of the root-signed record with that number, for logs and terms pinned to it (PROTOCOL 1.6). */
export function keyAt(organisation: Organisation, seq: number): Uint8Array | undefined {
  return organisation.rootRecords.find(({ record }) => record.seq === seq)?.record.opKey;
}

/** Seq of the root-signed record whose operational key is in use now. */
export function keySeq(organisation: Organisation): number {
  return (organisation.rootRecords.at(-1) as RootRecord).record.seq;
}

/**
 * Does `a` supersede `b`? More root-signed records win, then the higher `seq`. Refuses `wrong_organisation` for another
 * organisation, and for a fork: two different root-signed records at one place prove that a root key was misused.
 */
export function isNewerChain(a: Organisation, b: Organisation): Result<boolean> {
  return refusing(() => {
    if (a.orgId !== b.orgId) throw new Refused('wrong_organisation', b.orgId);
    const shared = Math.min(a.rootRecords.length, b.rootRecords.length);
    for (let i = 0; i < shared; i++) {
      const [ours, theirs] = [a.rootRecords[i] as RootRecord, b.rootRecords[i] as RootRecord];
      if (!equalBytes(ours.hash, theirs.hash)) throw new Refused('wrong_organisation', `fork at ${ours.record.seq}`);
    }
    if (a.rootRecords.length !== b.rootRecords.length) return a.rootRecords.length > b.rootRecords.length;
    return a.record.seq > b.record.seq;
  });
}

/** What a person or the node decides about a record; numbers and links follow from the chain. */
export type RecordContent = Omit<OrgRecord, 'v' | 'seq' | 'prev'>;

/** A new organisation: the first record, signed by its own first root key. Refuses as `verifyChain`. */
export function firstChain(content: RecordContent, sign: Sign): Result<Organisation> {
  return verifyChain(encode(chainShape, [signRecord({ ...content, v: 1, seq: 0, prev: NO_RECORD }, 1, sign)]));
}

/**
 * The chain with one more record, in place of a re-issue if it ends in one. Its number is the second of its issue where that is
 * higher: a node restored from a backup thus makes a newer record than those it has forgotten. Refuses as `verifyChain`.
 */
export function extendChain(
  before: Organisation,
  content: RecordContent,
  signer: number,
  sign: Sign,
): Result<Organisation> {
  const { hash } = before.rootRecords.at(-1) as RootRecord;
  const seq = Math.max(before.record.seq + 1, Math.floor(content.issuedAt / 1_000));
  const record: OrgRecord = { ...content, v: 1, seq, prev: hash };
  const kept = readChain(before.chainBytes).slice(0, before.rootRecords.length);
  return verifyChain(encode(chainShape, [...kept, signRecord(record, signer, sign)]));
}
