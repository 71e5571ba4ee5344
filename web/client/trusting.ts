/**
 * Takes up invitations from organisations that the own one trusts, without asking (PROTOCOL 7). An acceptance is signed by a device,
 * so no node can do it: the first device of the person that sees the invitation does. Always holds: one invitation is taken up once
 * here; who it was done for is told by whose setting.
 */
import { Fault } from '../../protocol/result.ts';
import type { Chat, Desk } from './desk.ts';
import { STORE } from './keys.ts';
import type { Answer } from './model.ts';
import type { Store } from './ports.ts';

interface TrustingParts {
  readonly desk: Desk;
  readonly store: Store;
  readonly accept: (chat: Chat) => Promise<Answer<null>>;
  readonly changed: (chat: Chat) => void;
  readonly report: (error: unknown) => void;
}

export interface Trusting {
  /** Something of the list has changed. */
  look(): void;
}

export function createTrusting({ desk, store, accept, changed, report }: TrustingParts): Trusting {
  const taken = new WeakSet<Chat>();

  async function take(chat: Chat): Promise<void> {
    const from = chat.record.summary.invitedBy?.org;
    const answer = await accept(chat);
    // Another device was first, or the invitation is gone: both are seen in the list.
    if (!answer.ok || !from) return;
    chat.record = { ...chat.record, acceptedFrom: from };
    await store.write([{ key: STORE.chat(chat.record.summary.chat), value: chat.record }]);
    changed(chat);
  }

  return {
    look() {
      for (const chat of desk.chats.values()) {
        const { standing, invitedBy } = chat.record.summary;
        if (standing !== 'invited') taken.delete(chat);
        else if (invitedBy && desk.organisations.get(invitedBy.org)?.trusted && !taken.has(chat)) {
          taken.add(chat);
          void take(chat).catch((error: unknown) => {
            // Asked again with the next change.
            taken.delete(chat);
            if (!(error instanceof Fault)) report(error);
          });
        }
      }
    },
  };
}
