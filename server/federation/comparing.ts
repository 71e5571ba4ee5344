/**
 * Comparing heads with a peer (PROTOCOL 5.3): all of them when a session begins, later those that seem to differ. A hub is
 * brought again what it has not ordered.
 */
import type { Chats } from '../chats/chats.ts';
import { headsText, isShared, type Outbox } from './outbox.ts';
import type { Session } from './session.ts';
import type { Frames } from './tasks.ts';

export interface Comparing {
  /** Heads of all chats that are shared with the peer. */
  all(session: Session): Frames;
  /** Of the chats in which the peer, as far as is known, holds something else. */
  others(session: Session): Frames;
}

export function createComparing({ sharing }: Pick<Chats, 'sharing'>, outbox: Outbox): Comparing {
  function* shared(session: Session) {
    for (const chatId of sharing.chatsWith(session.org)) {
      const held = sharing.find(chatId);
      if (held && isShared(held)) yield held;
    }
  }

  return {
    *all(session) {
      for (const held of shared(session)) {
        yield* outbox.heads(session, held);
        yield* outbox.unconfirmedBundles(session, held);
        yield* outbox.openRequests(session, held);
      }
    },
    *others(session) {
      for (const held of shared(session)) {
        const said = sharing.heads(held, session.org);
        if (said && session.heardHeads.get(held.chatId) !== headsText(said)) yield* outbox.heads(session, held);
        yield* outbox.openRequests(session, held);
      }
    },
  };
}
