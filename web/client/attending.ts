/**
 * Follows the sealed chats of the desk: with every change of a chat's acts or keys, what waited for them goes on (what is pending,
 * the line in the list, the outbox), and whom its acts show is noted. Always holds: one change is attended to once.
 */
import { pinNow } from '../../protocol/chat/pins.ts';
import { Fault } from '../../protocol/result.ts';
import type { Control } from './control.ts';
import { type Chat, type Desk, isMe, isSealed, myKey } from './desk.ts';
import type { Executor } from './executor.ts';
import type { Library } from './library.ts';
import type { Opening } from './opening.ts';
import type { SealParts } from './requests.ts';

export interface Attending {
  /** Something of the chat has changed. */
  changed(chat: Chat): void;
  /** All of them, newest first: there is a connection, the list is new, or the own keys have changed. */
  all(): Promise<void>;
  close(): void;
}

interface AttendingParts extends SealParts {
  readonly desk: Desk;
  readonly library: Library;
  readonly opening: Opening;
  readonly executor: Executor;
  /** There may be a key now for what waits. */
  readonly flush: (chat: Chat) => void;
  /** Something is to be seen that was not. */
  readonly shown: (chat: Chat) => void;
  /** More of its past is open than was. */
  readonly reopened: (chat: Chat) => void;
  readonly report: (error: unknown) => void;
}

export function createAttending(parts: AttendingParts): Attending {
  const { desk, keyring, keys, opening, executor, report } = parts;
  const attended = new WeakMap<Chat, string>();
  const met = new WeakMap<Chat, Control>();
  const granted = new WeakMap<Chat, number>();
  let closed = false;

  const stampOf = ({ control, seal, record, asides }: Chat) =>
    `${control?.state.head.cpos} ${seal?.version} ${record.preview?.hlc} ${asides} ${record.summary.head.cpos} ${record.summary.standing}`;

  async function attend(chat: Chat): Promise<void> {
    if (closed) return;
    try {
      await keys.open(chat);
      meetMembers(chat);
      await loadGranted(chat);
      if (await opening.line(chat)) parts.shown(chat);
      attended.set(chat, stampOf(chat));
      executor.consider(chat);
      parts.flush(chat);
    } catch (error) {
      if (!(error instanceof Fault)) report(error);
    }
  }

  function meetMembers(chat: Chat): void {
    const { control } = chat;
    if (!control || met.get(chat) === control) return;
    met.set(chat, control);
    for (const [key, chain] of control.chains) {
      const member = control.state.members.get(key);
      const pin = pinNow(member);
      if (pin && member && !isMe(desk.me, member.org, member.account)) keyring.meet(pin.identity, chain);
    }
  }

  /** What is opened of the past later was not pushed. */
  async function loadGranted(chat: Chat): Promise<void> {
    const member = chat.control?.state.members.get(myKey(desk.me));
    const count = member?.grants.length ?? 0;
    const before = granted.get(chat);
    granted.set(chat, count);
    if (before === undefined || before >= count) return;
    parts.reopened(chat);
    await parts.library.loadAgain(chat);
    parts.shown(chat);
  }

  return {
    changed(chat) {
      if (closed || !isSealed(chat) || attended.get(chat) === stampOf(chat)) return;
      attended.set(chat, stampOf(chat));
      void attend(chat);
    },
    async all() {
      const sealed = [...desk.chats.values()].filter((chat) => isSealed(chat));
      sealed.sort((a, b) => b.record.summary.lastTime - a.record.summary.lastTime);
      for (const chat of sealed) await attend(chat);
    },
    close() {
      closed = true;
      executor.close();
    },
  };
}
