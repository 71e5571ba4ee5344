/** What erasures reach, and where they stand (PROTOCOL 5.8). They stand also when they come before their target. */
import type { LogId } from '../../protocol/ids.ts';
import type { Tx } from '../db/batch.ts';

export interface Erasure {
  readonly target: { readonly logId: LogId; readonly seq: number };
  /** Who wrote it, and whether it reaches what others wrote. */
  readonly person: number;
  readonly moderator: boolean;
  readonly byLog: number;
  readonly bySeq: number;
}

export function noteErasure(tx: Tx, { target, person, moderator, byLog, bySeq }: Erasure): void {
  tx.prepare(
    `INSERT INTO erasure (logId, seq, person, moderator, byLog, bySeq) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (logId, seq, person) DO UPDATE SET
       byLog = CASE WHEN excluded.moderator > moderator THEN excluded.byLog ELSE byLog END,
       bySeq = CASE WHEN excluded.moderator > moderator THEN excluded.bySeq ELSE bySeq END,
       moderator = max(moderator, excluded.moderator)`,
  ).run(target.logId, target.seq, person, moderator, byLog, bySeq);
}

/** The first that reaches what `author` wrote there. */
export function erasureOf(
  tx: Pick<Tx, 'prepare'>,
  logId: LogId,
  seq: number,
  author: number,
): { person: number; byLog: number | null; bySeq: number | null } | undefined {
  return tx
    .prepare<[string, number, number], { person: number; byLog: number | null; bySeq: number | null }>(
      `SELECT person, byLog, bySeq FROM erasure WHERE logId = ? AND seq = ? AND (person = ? OR moderator = 1)
       ORDER BY byLog, bySeq LIMIT 1`,
    )
    .one(logId, seq, author);
}
