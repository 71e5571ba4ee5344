/**
 * What became known, as text for the push socket: built once per item, shared by everybody who gets it.
 */
import type { Push } from '../../../protocol/api/socket.ts';
import { ENTRY_KINDS } from '../../../protocol/log/entry.ts';
import type { Item } from '../../chats/feed.ts';
import type { Reading } from '../../chats/reading.ts';

/** The same for everybody; null: only for the account itself, or not for clients. */
export function sharedPush(item: Item, { toEntry, erasedBy }: Pick<Reading, 'toEntry' | 'erasedBy'>): Push | null {
  switch (item.is) {
    case 'entry':
      return item.row.kind === ENTRY_KINDS.message ? { t: 'entry', ...toEntry(item.held, item.row) } : null;
    case 'act':
      return {
        t: 'act',
        arrival: item.arrival,
        chat: item.held.chatId,
        cpos: item.read.act.cpos,
        bytes: toText(item.read.signed.bytes),
        signature: toText(item.read.signed.signature),
        looks: item.looks.map(toText),
      };
    case 'void':
      return {
        t: 'void',
        arrival: item.arrival,
        chat: item.held.chatId,
        log: item.log.logId,
        seq: item.seq,
        code: item.code,
      };
    case 'erased':
      return {
        t: 'erased',
        arrival: item.arrival,
        chat: item.held.chatId,
        log: item.log.logId,
        seq: item.seq,
        ...erasedBy(item.held, item.log, item.seq),
      };
    case 'wraps':
      return { t: 'wraps', arrival: item.arrival, chat: item.held.chatId, cpos: item.cpos };
    case 'receipt':
      return {
        t: 'delivery',
        chat: item.held.chatId,
        log: item.log.logId,
        org: item.org,
        seq: item.seq,
        at: item.atMs,
      };
    default:
      return null;
  }
}

function toText(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}
