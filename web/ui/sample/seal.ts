/** What the invented messenger does about sealed chats: windows of history, letting in again, going on in a sealed chat. */
import type { Answer, Messenger } from '../../client/model.ts';
import { chatId, day, now } from './people.ts';
import { everything } from './standing.ts';
import type { State } from './state.ts';

const done: Answer<null> = { ok: true, value: null };

type Sealing = Pick<Messenger, 'continueSealed' | 'historyReach' | 'grantHistory' | 'readmit'>;

export function sealing({ app, setApp, setPerson, setMember }: State): Sealing {
  return {
    async continueSealed(chat) {
      const old = app().chats.find((one) => one.chat === chat);
      const id = chatId(`sealed-${chat}`);
      if (old !== undefined && !app().chats.some((one) => one.chat === id)) {
        setApp({ chats: [{ ...old, chat: id, seal: 'sealed', readOnly: null, preview: null }, ...app().chats] });
      }
      return { ok: true, value: id };
    },
    async historyReach(_chat, choice) {
      const found = {
        none: { from: null, count: 0, all: false },
        since: { from: choice.is === 'since' ? Date.parse(choice.day) + 9.2 * 3_600_000 : 0, count: 214, all: false },
        last: { from: now - 2 * day, count: choice.is === 'last' ? choice.count + 6 : 0, all: false },
        all: { from: now - 40 * day, count: 1387, all: true },
      };
      const limited = choice.is === 'last' && choice.count > 1000;
      return { ok: true, value: { ...found[choice.is], limited } };
    },
    grantHistory: async () => done,
    async readmit(_chat, { account }) {
      setMember(account, { waitsFor: null, can: { ...everything, readmit: false } });
      setPerson(account, { identity: 'pinned' });
      return setApp({ chats: [...app().chats] });
    },
  };
}
