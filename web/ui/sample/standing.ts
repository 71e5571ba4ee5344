/** How the invented chats stand with keys: who waits for what, and what waits for a key. */
import type { ConversationView, MemberView } from '../../client/model.ts';
import { chatId, dana, globex, initech, sam } from './people.ts';

export const everything = { remove: true, withdraw: false, setRole: true, readmit: true, grant: true };

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
