/** One message of a bot. Always holds: done means that the node has it; what is refused here is not sent later either. */
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import { Refused } from '../../protocol/result.ts';
import { systemRandom } from '../client/adapters/system.ts';
import { newEntryId } from '../client/entry-id.ts';
import type { ConversationView, MessageView } from '../client/model.ts';
import { type Bot, given } from './open-bot.ts';

export interface Sent {
  readonly chat: ChatId;
  readonly entryId: EntryId;
}

const STORED_MS = 30_000;

/** Refuses (throws) as the node, `no_key` and `node_unreachable` where it could not be stored in half a minute. */
export async function sendAs({ messenger, until }: Bot, chat: ChatId, text: string): Promise<Sent> {
  const entryId = newEntryId(systemRandom);
  let view: ConversationView | null = null;
  const look = (changed: () => void) =>
    messenger.watchConversation(chat, (seen) => {
      view = seen;
      changed();
    });
  given(await messenger.send(chat, text, [], entryId));
  const stored = await until(() => outcomeOf(view, entryId), STORED_MS, look);
  if (stored) return { chat, entryId };
  const waits = (view as ConversationView | null)?.seal?.keyWait;
  given(await messenger.discard(chat, entryId));
  throw new Refused(waits ? 'no_key' : 'node_unreachable', 'nothing is kept to be sent later: send it again');
}

function outcomeOf(view: ConversationView | null, entryId: EntryId): true | null {
  const isIt = (item: ConversationView['items'][number]): item is MessageView =>
    item.is === 'message' && item.own && item.entryId === entryId;
  const state = view?.items.find(isIt)?.state;
  if (state?.is === 'refused' || state?.is === 'void') throw new Refused(state.refusal.code, state.refusal.detail);
  return state?.is === 'stored' ? true : null;
}
