/**
 * Which run of which installation this is: eight random bytes at every start, and those of the starts before (PROTOCOL 3.6). A peer
 * that knows one that is not in here has met a later state of this node: it was restored from a backup, or runs twice.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Clock, Random } from '../ports.ts';

const INSTANCE_BYTES = 8;
const KEPT = 512;

export interface Instances {
  /** This run's. */
  readonly current: Uint8Array;
  /** Newest first, this run's included. */
  all(): readonly Uint8Array[];
  /** Was it ever this installation's? */
  has(instance: Uint8Array): boolean;
}

/** Draws a new one and keeps it durably. */
export async function openInstances(parts: { db: Database; clock: Clock; random: Random }): Promise<Instances> {
  const { db, clock, random } = parts;
  const current = random.bytes(INSTANCE_BYTES);
  await db.write((tx) => {
    const { lastId } = tx.run(sql.insertInto('ownInstance').values({ instance: current, startedAtMs: clock.now() }));
    tx.run(sql.deleteFrom('ownInstance').where('id', '<=', lastId - KEPT));
  });
  const rows = db.read.all(sql.selectFrom('ownInstance').select('instance').orderBy('id', 'desc'));
  const all = rows.map(({ instance }) => new Uint8Array(instance));
  return { current, all: () => all, has: (instance) => all.some((each) => equalBytes(each, instance)) };
}
