import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, list } from '../codec.ts';
import { taggedHash } from '../hash.ts';
import { idFromBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { hostileProperties } from '../properties.ts';
import type { Result } from '../result.ts';
import { acme, contentOf, ISSUED_MS, operational, pairOf, root, unwrap } from '../testing/identity.ts';
import {
  claimedOrgId,
  extendChain,
  firstChain,
  isNewerChain,
  keyAt,
  keySeq,
  type Organisation,
  type RecordContent,
  verifyChain,
} from './organisation.ts';
import {
  isExpired,
  NO_RECORD,
  type OrgRecord,
  recordHash,
  type SignedRecord,
  signedRecordShape,
  signRecord,
} from './record.ts';

const chainShape = list(signedRecordShape, 1_000);
const first = acme();
const firstBytes = (read(first)[0] as SignedRecord).bytes;
const otherKey = pairOf(3);

function read(organisation: Organisation): readonly SignedRecord[] {
  return unwrap(decode(chainShape, organisation.chainBytes, LIMITS.chainBytes));
}

function codeOf<T>(result: Result<T>): string {
  return result.ok ? 'ok' : result.refusal.code;
}

function detailOf<T>(result: Result<T>): string {
  return result.ok ? 'ok' : `${result.refusal.code}: ${result.refusal.detail}`;
}

function record(change: Partial<OrgRecord> = {}): OrgRecord {
  return { v: 1, seq: 1, prev: recordHash(firstBytes), ...contentOf(), ...change };
}

/** The chain of `first` and these, whatever is wrong with them. */
function chainOf(...more: SignedRecord[]): Result<Organisation> {
  return verifyChain(encode(chainShape, [...read(first), ...more]));
}

/** A first record with this change, whatever is wrong with it. */
function firstWith(change: Partial<OrgRecord>): Result<Organisation> {
  return verifyChain(encode(chainShape, [signRecord(record({ seq: 0, prev: NO_RECORD, ...change }), 1, root.sign)]));
}

function reissue(change: Partial<RecordContent>, before = first): Result<Organisation> {
  return extendChain(before, { ...before.record, ...change }, 0, operational.sign);
}

describe('PROTOCOL 1.5: the first record', () => {
  test('its hash is the organisation', () => {
    expect(first.orgId).toBe(idFromBytes('org', taggedHash('org', firstBytes)));
    expect(unwrap(claimedOrgId(first.chainBytes))).toBe(first.orgId);
    expect(first.record).toMatchObject({ seq: 0, name: 'Acme' });
  });

  test('is signed by a root key of its own', () => {
    expect(codeOf(firstChain(contentOf(), otherKey.sign))).toBe('bad_signature');
    const bySecond = contentOf({ rootKeys: [otherKey.key, root.key] });
    const signed = signRecord(record({ ...bySecond, seq: 0, prev: NO_RECORD }), 2, root.sign);
    expect(codeOf(verifyChain(encode(chainShape, [signed])))).toBe('ok');
    const byOperational = signRecord(record({ seq: 0, prev: NO_RECORD }), 0, operational.sign);
    expect(detailOf(verifyChain(encode(chainShape, [byOperational])))).toBe('bad_record: place of a re-issue');
    const byThird = signRecord(record({ seq: 0, prev: NO_RECORD }), 3, root.sign);
    expect(detailOf(verifyChain(encode(chainShape, [byThird])))).toBe('bad_record: signer');
  });

  test.each<[string, Partial<OrgRecord>]>([
    ['bad_record: seq', { seq: 1 }],
    ['bad_record: prev', { prev: new Uint8Array(32).fill(1) }],
    ['bad_record: rootKeys', { rootKeys: [] }],
    ['bad_record: one key twice', { rootKeys: [root.key, root.key] }],
    ['bad_record: one key twice', { opKey: root.key }],
    ['bad_key: record', { opKey: new Uint8Array(32) }],
    ['bad_key: record', { rootKeys: [root.key, new Uint8Array(32).fill(255)] }],
    ['bad_record: name', { name: '' }],
    ['bad_record: name', { name: 'Acme\u202e' }],
    ['bad_record: name', { name: ' Acme' }],
    ['bad_record: domains', { domains: ['Acme.example'] }],
    ['bad_record: domains', { domains: ['acme.example', 'acme.example'] }],
    ['bad_record: endpoints', { endpoints: ['acme.example:4440'] }],
    ['bad_record: endpoints', { endpoints: ['/ip4/127.0.0.1/tcp/1/p2p/12D3KooW'] }],
    ['bad_record: features', { features: ['Suite 0'] }],
    ['bad_record: features', { features: ['suite0', 'suite0'] }],
    ['bad_record: expiresAt', { expiresAt: ISSUED_MS }],
  ])('is refused as %s', (refusal, change) => {
    expect(detailOf(firstWith(change))).toBe(refusal);
  });
});

describe('PROTOCOL 1.6: the chain', () => {
  const newKey = pairOf(4);
  const rotated = unwrap(extendChain(first, contentOf({ opKey: newKey.key, name: 'Acme Ltd' }), 1, root.sign));

  test('a root key changes anything, and the old operational key then signs nothing new', () => {
    expect(rotated).toMatchObject({
      orgId: first.orgId,
      record: { seq: ISSUED_MS / 1_000, name: 'Acme Ltd', opKey: newKey.key },
    });
    expect(codeOf(extendChain(rotated, rotated.record, 0, operational.sign))).toBe('bad_signature');
    expect(codeOf(extendChain(rotated, rotated.record, 0, newKey.sign))).toBe('ok');
  });

  test('the operational key changes name, endpoints, features and times alone', () => {
    const again = unwrap(
      reissue({ name: 'Acme & Co', endpoints: [], features: [], issuedAt: ISSUED_MS + 5, expiresAt: ISSUED_MS + 9 }),
    );
    expect(again).toMatchObject({ orgId: first.orgId, record: { name: 'Acme & Co' } });
    for (const change of [
      { opKey: otherKey.key },
      { rootKeys: [otherKey.key] },
      { rootKeys: [root.key, otherKey.key] },
      { domains: [] },
      { domains: ['other.example'] },
    ])
      expect(detailOf(reissue(change))).toBe('bad_record: needs a root signature');
  });

  test('a re-issue lives as long as the limit says, and no longer', () => {
    const longest = { issuedAt: ISSUED_MS, expiresAt: ISSUED_MS + LIMITS.recordLifetimeMs };
    expect(codeOf(reissue(longest))).toBe('ok');
    expect(detailOf(reissue({ ...longest, expiresAt: longest.expiresAt + 1 }))).toBe('bad_record: lifetime');
    expect(codeOf(extendChain(first, contentOf({ expiresAt: longest.expiresAt * 2 }), 1, root.sign))).toBe('ok');
  });

  test('a re-issue takes the place of the one before it, and nothing follows it', () => {
    const once = unwrap(reissue({ name: 'One' }));
    const twice = unwrap(reissue({ name: 'Two' }, once));
    expect(twice.record).toMatchObject({ seq: once.record.seq + 1, name: 'Two' });
    expect(read(twice)).toHaveLength(2);
    const [, two] = read(twice) as [SignedRecord, SignedRecord];
    const root3 = signRecord(record({ seq: 3 }), 1, root.sign);
    expect(detailOf(chainOf(two, root3))).toBe('bad_record: place of a re-issue');
  });

  test('numbers only rise, and each record links to the root-signed one before it', () => {
    expect(detailOf(chainOf(signRecord(record({ seq: 0 }), 1, root.sign)))).toBe('bad_record: seq');
    expect(codeOf(chainOf(signRecord(record({ seq: 9 }), 1, root.sign)))).toBe('ok');
    expect(detailOf(chainOf(signRecord(record({ prev: NO_RECORD }), 1, root.sign)))).toBe('bad_record: prev');
    const one = signRecord(record({ seq: 1 }), 1, root.sign);
    expect(detailOf(chainOf(one, signRecord(record({ seq: 2 }), 1, root.sign)))).toBe('bad_record: prev');
  });

  test('a root key counts only if the record before names it', () => {
    const change = record({ rootKeys: [otherKey.key] });
    expect(codeOf(chainOf(signRecord(change, 1, otherKey.sign)))).toBe('bad_signature');
    const handedOver = signRecord(change, 1, root.sign);
    const next = record({ rootKeys: [otherKey.key], seq: 2, prev: recordHash(handedOver.bytes) });
    expect(codeOf(chainOf(handedOver, signRecord(next, 1, otherKey.sign)))).toBe('ok');
    expect(codeOf(chainOf(handedOver, signRecord(next, 1, root.sign)))).toBe('bad_signature');
  });

  test('keys of logs and terms are found by the number of the root-signed record', () => {
    const withReissue = unwrap(extendChain(rotated, { ...rotated.record, name: 'New' }, 0, newKey.sign));
    expect(keyAt(withReissue, 0)).toEqual(operational.key);
    expect(keyAt(withReissue, rotated.record.seq)).toEqual(newKey.key);
    expect(keyAt(withReissue, withReissue.record.seq)).toBeUndefined();
    expect(keySeq(withReissue)).toBe(rotated.record.seq);
  });

  test('holds as many records as the limit says, and no more', () => {
    const small = contentOf({ name: 'A', domains: [], endpoints: [], features: [] });
    let chain = unwrap(firstChain(small, root.sign));
    while (chain.rootRecords.length < LIMITS.recordChain) chain = unwrap(extendChain(chain, small, 1, root.sign));
    expect(chain.chainBytes.length).toBeLessThanOrEqual(LIMITS.chainBytes);
    expect(codeOf(extendChain(chain, small, 1, root.sign))).toBe('too_big');
  });

  test('a record is as long as the limit says, and no longer', () => {
    const long = (count: number, last: number) => [...Array(count).fill(`/${'x'.repeat(255)}`), `/${'x'.repeat(last)}`];
    const domains = [0, 1, 2, 3].map(
      (each) => `${each}.${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}`,
    );
    const features = Array.from({ length: 26 }, (_, i) => `${i}`.padEnd(31, 'f'));
    const tryWith = (last: number) =>
      codeOf(firstWith({ name: 'N'.repeat(64), domains, endpoints: long(7, last), features }));
    expect(tryWith(1)).toBe('ok');
    expect(codeOf(firstWith({ endpoints: long(7, 255) }))).toBe('ok');
    expect(codeOf(firstWith({ endpoints: long(7, 256) }))).toBe('too_big');
    expect(codeOf(firstWith({ endpoints: long(8, 1) }))).toBe('too_big');
    expect(codeOf(firstWith({ name: 'N'.repeat(65) }))).toBe('too_big');
    expect(codeOf(firstWith({ rootKeys: [5, 6, 7].map((each) => pairOf(each).key).toSpliced(0, 1, root.key) }))).toBe(
      'ok',
    );
    expect(codeOf(firstWith({ rootKeys: [1, 5, 6, 7].map((each) => pairOf(each).key) }))).toBe('too_big');
    expect(codeOf(firstWith({ features: [...features, ...features] }))).toBe('too_big');
  });

  test('hostile bytes are refused, and what is accepted is exactly what came', () => {
    hostileProperties(
      verifyChain,
      fc.constantFrom(first.chainBytes, rotated.chainBytes),
      ({ chainBytes }) => chainBytes,
    );
    hostileProperties(claimedOrgId, fc.constant(first.chainBytes));
    expect(codeOf(verifyChain(encode(chainShape, [])))).toBe('bad_record');
    expect(codeOf(claimedOrgId(encode(chainShape, [])))).toBe('bad_record');
  });

  test('no change of one byte of a chain is accepted', () => {
    for (let at = 0; at < rotated.chainBytes.length; at += 3) {
      const changed = rotated.chainBytes.slice();
      changed[at] = (changed[at] as number) ^ 1;
      expect(verifyChain(changed).ok).toBe(false);
    }
  });
});

describe('PROTOCOL 1.6: which chain is newer', () => {
  const rotated = unwrap(extendChain(first, contentOf({ opKey: otherKey.key }), 1, root.sign));
  const renewed = unwrap(reissue({ name: 'Renewed' }));

  test('more root-signed records win, then the higher number', () => {
    expect(isNewerChain(rotated, first)).toEqual({ ok: true, value: true });
    expect(isNewerChain(first, rotated)).toEqual({ ok: true, value: false });
    expect(isNewerChain(renewed, first)).toEqual({ ok: true, value: true });
    expect(isNewerChain(first, renewed)).toEqual({ ok: true, value: false });
    expect(isNewerChain(first, first)).toEqual({ ok: true, value: false });
    const renewedTwice = unwrap(reissue({}, renewed));
    expect(renewedTwice.record.seq).toBeGreaterThan(rotated.record.seq);
    expect(isNewerChain(rotated, renewedTwice)).toEqual({ ok: true, value: true });
  });

  test('another organisation, and two root-signed records at one place, are refused', () => {
    const other = acme({ name: 'Globex' });
    expect(detailOf(isNewerChain(other, first))).toBe(`wrong_organisation: ${first.orgId}`);
    const fork = unwrap(extendChain(first, contentOf({ opKey: pairOf(9).key }), 1, root.sign));
    expect(detailOf(isNewerChain(fork, rotated))).toBe(`wrong_organisation: fork at ${fork.record.seq}`);
    expect(codeOf(isNewerChain(rotated, fork))).toBe('wrong_organisation');
  });
});

describe('PROTOCOL 1.7: expiry', () => {
  test('a record is in force until it expires, and not before it was issued', () => {
    expect(isExpired(first.record, first.record.expiresAt - 1)).toBe(false);
    expect(isExpired(first.record, first.record.expiresAt)).toBe(true);
    expect(isExpired(first.record, ISSUED_MS - LIMITS.clockAheadMs)).toBe(false);
    expect(isExpired(first.record, ISSUED_MS - LIMITS.clockAheadMs - 1)).toBe(true);
  });
});
