/**
 * What stops for good: a log that forked or that another installation writes, a chat whose own log did (PROTOCOL 3.6, 4.9).
 * Detection only: mending them comes later. Always holds: a stop is on disk and says its reason.
 */
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { Tx } from '../db/batch.ts';
import type { Log } from '../ports.ts';
import type { HeldChat, HeldLog } from './held.ts';

export interface Stops {
  chat(tx: Tx, held: HeldChat, code: RefusalCode): void;
  /** The own log stops the chat with it: nothing can be written there. */
  log(tx: Tx, held: HeldChat, log: HeldLog, code: RefusalCode): void;
}

export function createStops(log: Log, self: { readonly orgId: string }): Stops {
  function stopChat(tx: Tx, held: HeldChat, code: RefusalCode): void {
    if (held.stopped) return;
    held.stopped = code;
    tx.prepare('UPDATE chat SET stopped = ? WHERE id = ?').run(code, held.id);
    log.error('chat.stopped', { reason: code });
  }

  return {
    chat: stopChat,
    log(tx, held, target, code) {
      if (target.stopped) return;
      target.stopped = code;
      tx.prepare('UPDATE chatLog SET stopped = ? WHERE id = ?').run(code, target.id);
      log.error('log.stopped', { reason: code, own: target.org === self.orgId });
      if (target.org === self.orgId) stopChat(tx, held, code);
    },
  };
}
