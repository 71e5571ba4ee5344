/** What the invented messenger does about sealed chats: windows of history, letting in again, going on in a sealed chat. */
import type { Answer, ConversationView, MemberView, Messenger } from '../../client/model.ts';
import { chatId, dana, day, globex, initech, now, sam } from './people.ts';
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

const everything = { remove: true, withdraw: false, setRole: true, readmit: true, grant: true };

/** In the chat "Audit", one has other keys, one was reset, one has never signed in. */
export function auditMember(member: MemberView): MemberView {
  if (member.person.account === dana.account) return { ...member, waitsFor: 'readmit', can: everything };
  return member.person.account === sam.account ? { ...member, waitsFor: 'log-in', accepted: false } : member;
}

/** What the header of a chat says about its keys. */
export function sealOf(chat: string): ConversationView['seal'] {
  if (chat !== chatId('firmware')) return { keyWait: null, changesWith: null };
  return { keyWait: { is: 'organisation', organisation: initech }, changesWith: globex };
}
