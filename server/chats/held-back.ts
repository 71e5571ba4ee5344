/**
 * Blocks that cannot be judged yet: they cite an act that is not here, lie ahead of the clock, or follow a gap. In memory and
 * bounded per peer; what falls out, or is lost by a crash, comes again by the comparison of heads (PROTOCOL 5.3).
 */
import { hlcMs, isHlcAhead } from '../../protocol/hlc.ts';
import type { ChatId, LogId, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { ReadBlock } from '../../protocol/log/block.ts';
import type { Bundle } from '../../protocol/sync/frames.ts';
import type { Clock } from '../ports.ts';

interface HeldBlock {
  readonly from: OrgId;
  readonly chatId: ChatId;
  readonly logId: LogId;
  readonly blockSeq: number;
  readonly bundle: Bundle;
  readonly bytes: number;
}

export interface HeldBack {
  hold(from: OrgId, bundle: Bundle, read: ReadBlock, chatId: ChatId): 'held';
  /** An act of the chat has come. */
  retryAct(chatId: ChatId): Promise<void>;
  /** The log has got as far as the block before this one. */
  retryLog(logId: LogId, blockSeq: number): Promise<void>;
}

export function createHeldBack(
  clock: Clock,
  take: (from: OrgId, bundles: readonly Bundle[]) => Promise<void>,
): HeldBack {
  const blocks = new Map<string, HeldBlock>();
  const bytesOf = new Map<OrgId, number>();

  function drop(key: string, held: HeldBlock): void {
    if (!blocks.delete(key)) return;
    bytesOf.set(held.from, (bytesOf.get(held.from) ?? 0) - held.bytes);
  }

  async function again(wanted: (held: HeldBlock) => boolean): Promise<void> {
    const due = [...blocks].filter(([, held]) => wanted(held)).sort(([, a], [, b]) => a.blockSeq - b.blockSeq);
    for (const [key, held] of due) drop(key, held);
    const senders = new Set(due.map(([, held]) => held.from));
    for (const from of senders)
      await take(
        from,
        due.flatMap(([, held]) => (held.from === from ? [held.bundle] : [])),
      );
  }

  return {
    hold(from, bundle, read, chatId) {
      const { logId, blockSeq, hlc } = read.block;
      const key = `${logId}:${blockSeq}`;
      const bytes = bundle.block.bytes.length + bundle.bodies.reduce((sum, body) => sum + (body?.length ?? 0), 0);
      const used = bytesOf.get(from) ?? 0;
      if (blocks.has(key) || used + bytes > LIMITS.heldBytesPerPeer) return 'held';
      blocks.set(key, { from, chatId, logId, blockSeq, bundle, bytes });
      bytesOf.set(from, used + bytes);
      const now = clock.now();
      if (isHlcAhead(hlc, now))
        clock.after(hlcMs(hlc) - now - LIMITS.clockAheadMs + 1, () => again((held) => held.logId === logId));
      return 'held';
    },
    retryAct: (chatId) => again((held) => held.chatId === chatId),
    retryLog: async (logId, blockSeq) => {
      if (blocks.has(`${logId}:${blockSeq}`)) await again((held) => held.logId === logId && held.blockSeq === blockSeq);
    },
  };
}
