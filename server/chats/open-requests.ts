/**
 * What this node's people asked for and the hub has not ordered yet (PROTOCOL 5.3). The hub cannot tell whether it jumped over
 * one of them, so whoever wrote it brings it again. Always holds: each of them is in a block; nothing past a seal is among them.
 */
import type { OrgId } from '../../protocol/ids.ts';
import type { Statements } from '../db/statements.ts';
import type { HeldChat, HeldLog } from './held.ts';

export interface OpenBlock {
  readonly log: HeldLog;
  readonly blockSeq: number;
}

/** Blocks of the own logs with a request or fin that has no disposal, the oldest first, `most` at most. */
export function openRequests(from: Statements, held: HeldChat, self: OrgId, most: number): OpenBlock[] {
  const own = new Map([...held.logs.values()].filter(({ org }) => org === self).map((log) => [log.id, log]));
  const rows = from
    .prepare<[number], { log: number; seq: number }>(
      'SELECT log, seq FROM entry WHERE chat = ? AND kind IN (1, 2) ORDER BY arrival',
    )
    .all(held.id);
  const blocks = new Map<string, OpenBlock>();
  for (const { log: id, seq } of rows) {
    const log = own.get(id);
    if (!log || !isOpen(held, log, seq)) continue;
    const blockSeq = blockOf(from, id, seq);
    if (blockSeq !== null) blocks.set(`${id}:${blockSeq}`, { log, blockSeq });
    if (blocks.size >= most) break;
  }
  return [...blocks.values()];
}

/** In a block, without a disposal, and still somebody's business. */
function isOpen({ state }: HeldChat, { logId, head }: HeldLog, seq: number): boolean {
  if (seq > head.seq || state.disposed.has(`${logId}:${seq}`)) return false;
  return seq <= (state.logs.get(logId)?.sealed?.seq ?? seq);
}

function blockOf(from: Statements, log: number, seq: number): number | null {
  const row = from
    .prepare<[number, number], { blockSeq: number | null }>(
      'SELECT max(blockSeq) AS blockSeq FROM block WHERE log = ? AND firstSeq <= ?',
    )
    .one(log, seq);
  return row?.blockSeq ?? null;
}
