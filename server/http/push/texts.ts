/** Items as the text of pushes: one text for everybody, or one for each account. */
import type { Push } from '../../../protocol/api/socket.ts';
import type { AccountId, OrgId } from '../../../protocol/ids.ts';
import type { Chats } from '../../chats/chats.ts';
import type { Item } from '../../chats/feed.ts';
import type { PersonRef } from '../../chats/people.ts';
import type { PeopleView } from '../views/people.ts';
import { sharedPush } from './frames.ts';

export interface Texts {
  /** The same for all; null: there is none, see `personal`. */
  shared(item: Item): string | null;
  /** For this account alone; null: not for it, or nothing for clients. */
  personal(account: AccountId, item: Item): string | null;
}

export interface TextsUses {
  readonly chats: Pick<Chats, 'reading' | 'shareChat'>;
  readonly people: Pick<PeopleView, 'person'>;
  readonly own: OrgId;
  readonly personOf: (number: number) => PersonRef;
}

export function createTexts({ chats, people, own, personOf }: TextsUses): Texts {
  const { reading } = chats;

  function personalPush(account: AccountId, item: Item): Push | null {
    const { is } = item;
    if (is === 'read') {
      const { unread } = reading.unread(item.held, account, item.person);
      return { t: 'read', arrival: item.arrival, chat: item.held.chatId, to: item.to, unread };
    }
    if (is === 'seat') {
      const now = reading.summary(account, item.held.chatId);
      return now.ok && now.value.standing !== 'ended'
        ? { t: 'chat', arrival: item.arrival, summary: now.value }
        : { t: 'gone', arrival: item.arrival, chat: item.held.chatId };
    }
    return is === 'profile' ? personPush(account, item.arrival, personOf(item.person)) : null;
  }

  function personPush(account: AccountId, arrival: number, ref: PersonRef): Push | null {
    if (ref.org !== own && !chats.shareChat(account, ref)) return null;
    const person = people.person(ref.org, ref.account);
    return person ? { t: 'person', arrival, person } : null;
  }

  return {
    shared(item) {
      const push = sharedPush(item, reading);
      return push && JSON.stringify(push);
    },
    personal(account, item) {
      const push = personalPush(account, item);
      return push && JSON.stringify(push);
    },
  };
}
