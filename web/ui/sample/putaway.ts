/** What the invented person keeps for themselves. */
import type { ChatView, Messenger } from '../../client/model.ts';
import type { State } from './state.ts';

export function puttingAway({ app, setApp, setChat }: State): Pick<Messenger, 'keep' | 'hide'> {
  return {
    async keep(wishes) {
      for (const { chat, key, value } of wishes) {
        if (chat === null) setApp({ settings: value });
        else setChat(chat, { [key === 'unread' ? 'markedUnread' : key]: value } as Partial<ChatView>);
      }
      return { ok: true, value: null };
    },
    hide: async (chat) => setApp({ chats: app().chats.filter((one) => one.chat !== chat) }),
  };
}
