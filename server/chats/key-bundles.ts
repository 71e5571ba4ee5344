/**
 * Bundles of key material, kept beside the acts that name them as looks are (SEAL 4.1). Nodes never look inside a wrap. Always
 * holds: nothing is kept that nothing names; what an act does not name when its time has come is gone; a bundle leaves for the
 * hub, before it is ordered, and for the organisation that it names, afterwards, and for nobody else.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import type { ReadAct } from '../../protocol/chat/act.ts';
import { isFresh } from '../../protocol/chat/sealing.ts';
import { memberKey } from '../../protocol/chat/state.ts';
import type { Hash, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { RequestBody } from '../../protocol/log/entry.ts';
import { type Bundle, bundleHash, decodeBundle } from '../../protocol/seal/bundle.ts';
import { type BundleRef, decodeKeyMaterial } from '../../protocol/seal/material.ts';
import type { Tx } from '../db/batch.ts';
import type { Statements } from '../db/statements.ts';
import type { Feed } from './feed.ts';
import type { HeldChat } from './held.ts';
import type { People } from './people.ts';

const WRAPS_AT_ONCE = 500;

/** What the request says of the bundles beside it; none where it brings no keys, or what is no key material. */
export function bundlesOf({ keyMaterial }: RequestBody): readonly BundleRef[] {
  if (keyMaterial.length === 0) return [];
  const read = decodeKeyMaterial(keyMaterial);
  return read.ok ? read.value.bundles : [];
}

/** A request has come whose bundles are due here. What was made for an earlier head brings nothing any more. */
export function expectBundles(tx: Tx, held: HeldChat, request: RequestBody): void {
  if (held.state.suite === 0 || !isFresh(held.state, request)) return;
  const refs = bundlesOf(request);
  if (refs.reduce((sum, { length }) => sum + length, 0) > LIMITS.requestBundlesBytes) return;
  const cpos = held.state.head.cpos + 1;
  for (const { org, hash } of refs) insert(tx, held, { org, hash, cpos, named: 0 });
}

function insert(
  tx: Tx,
  held: HeldChat,
  { org, hash, cpos, named }: { org: OrgId; hash: Hash; cpos: number; named: 0 | 1 },
): void {
  tx.prepare(
    `INSERT INTO keyBundle (chat, hash, org, cpos, named, bytes) VALUES (?, ?, ?, ?, ?, NULL)
     ON CONFLICT (chat, hash) DO UPDATE SET named = max(named, excluded.named)`,
  ).run(held.id, hash, org, cpos, named);
}

export interface Taken {
  readonly hash: Hash;
  readonly org: OrgId;
  readonly cpos: number;
  readonly named: number;
}

/** Keeps those that are due here and have not come; which. */
export function takeBundles(tx: Tx, held: HeldChat, bundles: readonly Uint8Array[]): Taken[] {
  if (lacking(tx, held).length === 0) return [];
  return bundles.flatMap((bytes) => {
    const hash = bundleHash(bytes);
    const row = tx
      .prepare<[number, Uint8Array], Taken>(
        'SELECT hash, org, cpos, named FROM keyBundle WHERE chat = ? AND hash = ? AND bytes IS NULL',
      )
      .one(held.id, hash);
    if (!row) return [];
    tx.prepare('UPDATE keyBundle SET bytes = ? WHERE chat = ? AND hash = ?').run(bytes, held.id, hash);
    return [row];
  });
}

/** Those of this chat that are due here and have not come. */
export function lacking(from: Statements, held: HeldChat): Taken[] {
  return from
    .prepare<[number], Taken>('SELECT hash, org, cpos, named FROM keyBundle WHERE chat = ? AND bytes IS NULL')
    .all(held.id);
}

/** Bundles that the request names and that are not here. */
export function lackedIn(from: Statements, held: HeldChat, request: RequestBody): Hash[] {
  return bundlesOf(request).flatMap(({ hash }) => (bytesOf(from, held, hash) ? [] : [hash]));
}

function bytesOf(from: Statements, held: HeldChat, hash: Hash): Uint8Array | undefined {
  return (
    from
      .prepare<[number, Uint8Array], { bytes: Uint8Array | null }>(
        'SELECT bytes FROM keyBundle WHERE chat = ? AND hash = ?',
      )
      .one(held.id, hash)?.bytes ?? undefined
  );
}

/** Bundles that the request names, as far as they are here. */
export function bundlesHere(from: Statements, held: HeldChat, request: RequestBody): Uint8Array[] {
  return bundlesOf(request).flatMap(({ hash }) => bytesOf(from, held, hash) ?? []);
}

/**
 * An act stands. If it brings key material that counts, the own organisation's bundle is due here, and the hub keeps the others'
 * until they have them; all that was made for an earlier position and has not been named brings nothing any more.
 */
export function settleBundles(tx: Tx, held: HeldChat, read: ReadAct, brings: boolean, self: OrgId): void {
  const { cpos } = read.act;
  for (const { org, hash } of brings && read.request ? bundlesOf(read.request) : [])
    if (org === self || held.hubs[read.act.term] === self) insert(tx, held, { org, hash, cpos, named: 1 });
  tx.prepare('DELETE FROM keyBundle WHERE chat = ? AND cpos <= ? AND named = 0').run(held.id, cpos);
}

/**
 * What has come of the own organisation's bundles is kept by member, and the clients are told. A member alone can say that
 * a wrap is no good; one for nobody here is not kept.
 */
export function unpackBundles(tx: Tx, { feed, people, self }: UnpackUses, held: HeldChat): void {
  // Whom it is for may still come in by a later intent of the request.
  if (held.state.open) return;
  const rows = tx
    .prepare<[number, string], { hash: Hash; cpos: number; bytes: Uint8Array }>(
      'SELECT hash, cpos, bytes FROM keyBundle WHERE chat = ? AND org = ? AND named = 1 AND bytes IS NOT NULL',
    )
    .all(held.id, self.orgId);
  for (const { hash, cpos, bytes } of rows) {
    const read = decodeBundle(bytes);
    for (const { account, ukGen, sealed } of read.ok && isFor(held, read.value, self.orgId, cpos)
      ? read.value.wraps
      : []) {
      if (!held.state.members.has(memberKey(self.orgId, account))) continue;
      tx.prepare('INSERT OR IGNORE INTO ownWrap (chat, person, cpos, ukGen, sealed) VALUES (?, ?, ?, ?, ?)').run(
        held.id,
        people.number(tx, self.orgId, account),
        cpos,
        ukGen,
        sealed,
      );
    }
    tx.prepare('DELETE FROM keyBundle WHERE chat = ? AND hash = ?').run(held.id, hash);
    feed.publish(tx, { is: 'wraps', arrival: feed.event(tx, 'wraps', held.id, cpos, 0), held, cpos });
  }
}

interface UnpackUses {
  readonly feed: Feed;
  readonly people: People;
  readonly self: { readonly orgId: OrgId };
}

function isFor(held: HeldChat, { chatId, org, baseCpos, baseHash }: Bundle, self: OrgId, cpos: number): boolean {
  const base = held.heads[baseCpos];
  return chatId === held.chatId && org === self && baseCpos === cpos - 1 && !!base && equalBytes(base.hash, baseHash);
}

/** Bundles that acts from `fromCpos` to `toCpos` name to the organisation, as far as they are here. */
export function bundlesFor(
  from: Statements,
  held: HeldChat,
  org: OrgId,
  fromCpos: number,
  toCpos: number,
): Uint8Array[] {
  return from
    .prepare<[number, number, number, string], { bytes: Uint8Array }>(
      `SELECT bytes FROM keyBundle WHERE chat = ? AND cpos BETWEEN ? AND ? AND org = ? AND named = 1 AND bytes IS NOT NULL
       ORDER BY cpos`,
    )
    .all(held.id, fromCpos, toCpos, org)
    .map(({ bytes }) => bytes);
}

/** Of these hashes, those whose bundle the organisation may have: as hub what is not ordered yet, and what acts name to it. */
export function bundlesAskedFor(from: Statements, held: HeldChat, org: OrgId, hashes: readonly Hash[]): Uint8Array[] {
  const isHub = held.state.hub === org;
  return hashes.flatMap((hash) => {
    const row = from
      .prepare<[number, Uint8Array], { org: OrgId; named: number; bytes: Uint8Array | null }>(
        'SELECT org, named, bytes FROM keyBundle WHERE chat = ? AND hash = ?',
      )
      .one(held.id, hash);
    if (!row?.bytes) return [];
    return row.named === 1 ? (row.org === org ? [row.bytes] : []) : isHub ? [row.bytes] : [];
  });
}

/** The organisation has them: nobody need keep them for it. */
export function dropBundles(tx: Tx, held: HeldChat, org: OrgId, hashes: readonly Hash[]): void {
  for (const hash of hashes)
    tx.prepare('DELETE FROM keyBundle WHERE chat = ? AND hash = ? AND org = ? AND named = 1').run(held.id, hash, org);
}

export interface OwnWrap {
  /** The first act of the request that brought it: the one after the base that it was made for. */
  readonly cpos: number;
  readonly ukGen: number;
  readonly sealed: Uint8Array;
}

/** The account's own wraps that acts from `fromCpos` on brought, by position, some at a time. */
export function wrapsFor(from: Statements, chat: number, person: number, fromCpos: number): OwnWrap[] {
  const rows = from
    .prepare<[number, number, number, number], OwnWrap>(
      'SELECT cpos, ukGen, sealed FROM ownWrap WHERE chat = ? AND person = ? AND cpos >= ? ORDER BY cpos LIMIT ?',
    )
    .all(chat, person, fromCpos, WRAPS_AT_ONCE);
  let bytes = 0;
  const end = rows.findIndex(({ sealed }, i) => {
    bytes += sealed.length;
    return i > 0 && bytes > LIMITS.bundleBytes;
  });
  return end < 0 ? rows : rows.slice(0, end);
}
