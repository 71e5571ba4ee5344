/** Deletes what opens nothing any more: sessions that were not used, and links a month after their end. Hourly. */
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Clock, Timer } from '../ports.ts';
import { SESSION_IDLE_MS } from './sessions.ts';

const EVERY_MS = 3_600_000;
const LINKS_KEPT_MS = 30 * 24 * 3_600_000;

/** Runs until `cancel`. */
export function startSweep(db: Database, clock: Clock): Timer {
  let timer = clock.after(EVERY_MS, sweep);

  async function sweep(): Promise<void> {
    timer = clock.after(EVERY_MS, sweep);
    const nowMs = clock.now();
    await db.write((tx) => {
      tx.run(sql.deleteFrom('accountSession').where('lastUsedAtMs', '<=', nowMs - SESSION_IDLE_MS));
      tx.run(sql.deleteFrom('accountLink').where('expiresAtMs', '<=', nowMs - LINKS_KEPT_MS));
    });
  }

  return { cancel: () => timer.cancel() };
}
