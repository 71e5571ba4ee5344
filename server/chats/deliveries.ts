/**
 * What each organisation says that it holds of the own logs (PROTOCOL 5.6). A receipt is state that is said again in every
 * session, so it is known at once and written within a second, many in one commit; a crash loses none that counts.
 */
import type { LogId, OrgId } from '../../protocol/ids.ts';
import type { Database } from '../db/database.ts';
import type { Clock, Timer } from '../ports.ts';
import type { Cache } from './cache.ts';
import type { Feed } from './feed.ts';
import type { HeldChat, HeldLog } from './held.ts';

export interface Delivered {
  readonly org: OrgId;
  readonly seq: number;
  readonly atMs: number;
}

export interface Deliveries {
  /** Takes what is to be believed; how many were not. */
  take(from: OrgId, receipts: readonly { logId: LogId; seq: number }[]): number;
  of(log: HeldLog): Delivered[];
  /** Writes what is not written yet. */
  stop(): Promise<void>;
}

interface Uses {
  readonly db: Database;
  readonly clock: Clock;
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly feed: Feed;
}

const WRITE_DELAY_MS = 1_000;
const UPSERT = `INSERT INTO receipt (log, org, seq, atMs) VALUES (?, ?, ?, ?)
  ON CONFLICT (log, org) DO UPDATE SET seq = excluded.seq, atMs = excluded.atMs WHERE excluded.seq > receipt.seq`;

export function createDeliveries({ db, clock, self, cache, feed }: Uses): Deliveries {
  /** By number of the log, then by organisation. */
  const fresh = new Map<number, Map<OrgId, Delivered>>();
  let timer: Timer | null = null;

  function isMember(held: HeldChat, org: OrgId): boolean {
    for (const member of held.state.members.values()) if (member.org === org) return true;
    return false;
  }

  function written(log: HeldLog): Delivered[] {
    return db.read.prepare<[number], Delivered>('SELECT org, seq, atMs FROM receipt WHERE log = ?').all(log.id);
  }

  function seqAt(log: HeldLog, org: OrgId): number {
    const waiting = fresh.get(log.id)?.get(org);
    return waiting?.seq ?? written(log).find((each) => each.org === org)?.seq ?? 0;
  }

  /** False: not believed. Nobody can have more than there is. */
  function takeOne(from: OrgId, logId: LogId, seq: number): boolean {
    const held = cache.byLog(db.read, logId);
    const log = held?.logs.get(logId);
    if (!held || log?.org !== self.orgId || seq > log.head.seq || !isMember(held, from)) return false;
    if (seq <= seqAt(log, from)) return true;
    const atMs = clock.now();
    const ofLog = fresh.get(log.id) ?? new Map<OrgId, Delivered>();
    fresh.set(log.id, ofLog.set(from, { org: from, seq, atMs }));
    timer ??= clock.after(WRITE_DELAY_MS, write);
    feed.tell({ is: 'receipt', held, log, org: from, seq, atMs });
    return true;
  }

  async function write(): Promise<void> {
    timer = null;
    const rows = [...fresh].flatMap(([log, ofLog]) => [...ofLog.values()].map((each) => ({ log, ...each })));
    if (rows.length === 0) return;
    await db.write((tx) => {
      const upsert = tx.prepare<[number, string, number, number], never>(UPSERT);
      for (const { log, org, seq, atMs } of rows) upsert.run(log, org, seq, atMs);
    });
    for (const { log, org, seq } of rows) {
      const ofLog = fresh.get(log);
      if (ofLog?.get(org)?.seq === seq) ofLog.delete(org);
      if (ofLog?.size === 0) fresh.delete(log);
    }
  }

  return {
    take: (from, receipts) => receipts.filter(({ logId, seq }) => !takeOne(from, logId, seq)).length,
    of(log) {
      const known = new Map(written(log).map((each) => [each.org, each]));
      for (const each of fresh.get(log.id)?.values() ?? []) known.set(each.org, each);
      return [...known.values()];
    },
    async stop() {
      timer?.cancel();
      await write();
    },
  };
}
