/** What a person does with messages: send, say something of them, try again, give up, erase, read. */
import { memberKey } from '../../protocol/chat/state.ts';
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import { later } from '../../protocol/later.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { Refused } from '../../protocol/result.ts';
import type { Api } from './api.ts';
import type { OutgoingFile } from './files/views.ts';
import { fold, REACTIONS_EACH } from './folding.ts';
import { surroundingsOf } from './items.ts';
import type { Surroundings } from './message-views.ts';
import type { Answer } from './model.ts';
import type { Written } from './outbox.ts';
import { ofChat } from './personal.ts';
import { DONE, refused } from './refusal.ts';
import { targetKey } from './remarks.ts';
import { type Aside, isEmoji, type Said } from './said.ts';
import type { SignedIn } from './signed-in.ts';

type Done = Promise<Answer<null>>;

export interface Messages {
  /** Done when it lies in the outbox. The same entry id twice is one message. */
  send(chat: ChatId, entryId: EntryId, said: Said, mentions: readonly MemberRef[]): Done;
  /** As `send`, with files; done when they lie sealed on this device too. Throws `Fault`. */
  sendFiles(
    chat: ChatId,
    entryId: EntryId,
    said: Said,
    mentions: readonly MemberRef[],
    files: readonly OutgoingFile[],
  ): Done;
  pauseFiles(entryId: EntryId, paused: boolean): Done;
  dropFile(entryId: EntryId, file: string): Done;
  /** As `send`, of another message. Refuses `not_allowed` for an edit of another's, `not_found` for what is erased. */
  remark(chat: ChatId, entryId: EntryId, said: Aside, mentions: readonly MemberRef[]): Done;
  retry(entryId: EntryId): Done;
  discard(entryId: EntryId): Done;
  /** All copies of the message with this key. */
  erase(chat: ChatId, key: string): Done;
  markRead(chat: ChatId): Done;
  hide(chat: ChatId): Done;
}

export function createMessages({ api, account }: { api: Api; account: SignedIn }): Messages {
  const { desk, library, outbox, uploads } = account;

  return {
    async send(chat, entryId, said, mentions) {
      const refs = mentions.map(({ org, account: id }) => ({ org, account: id }));
      await outbox.add({ chat, entryId, said, mentions: refs });
      return DONE;
    },
    async sendFiles(chat, entryId, said, mentions, files) {
      if (!uploads) return refused('not_acceptable');
      const loaded = await uploads.load();
      // Whoever asks again, since another tab has taken over, brings the same files to the same message.
      const known = outbox.item(entryId);
      const message: Written = known ?? { chat, entryId, said, mentions, files: loaded.describe(files) };
      if (!known) await outbox.add(message);
      try {
        await loaded.read(message, files);
        if (known?.refusal?.code === 'file_lost') await outbox.retry(entryId);
      } catch (error) {
        await outbox.discard(entryId);
        return refused(error instanceof Refused ? error.refusal.code : 'file_changed');
      }
      return DONE;
    },
    async pauseFiles(entryId, paused) {
      await outbox.change(entryId, { paused });
      const item = outbox.item(entryId);
      if (item && paused) uploads?.now()?.paused(item);
      else uploads?.flush();
      return DONE;
    },
    async dropFile(entryId, file) {
      const item = outbox.item(entryId);
      const files = item?.files?.filter(({ id }) => id !== file) ?? [];
      const hasText = item?.said.type === 'text' && item.said.text !== '';
      if (!item || (files.length === 0 && !hasText)) await outbox.discard(entryId);
      else {
        await outbox.change(entryId, { files });
        await uploads?.now()?.gone(item.files?.filter(({ id }) => id === file) ?? [], false);
        outbox.flush(item.chat);
      }
      return DONE;
    },
    async remark(id, entryId, said, mentions) {
      const chat = await library.chat(id);
      if (!chat) return refused('not_found');
      await library.entries(chat);
      const around = surroundingsOf(desk, chat, outbox);
      const why = whyNot(around, said);
      return why ? refused(why) : this.send(id, entryId, said, mentions);
    },
    async retry(entryId) {
      await outbox.retry(entryId);
      uploads?.flush();
      return DONE;
    },
    async discard(entryId) {
      await outbox.discard(entryId);
      return DONE;
    },
    async erase(id, key) {
      const chat = await library.chat(id);
      if (!chat) return refused('not_found');
      const { eraseMessage } = await later(() => import('./erasing.ts'));
      return eraseMessage({ api, account }, chat, key);
    },
    async hide(id) {
      const hidden = desk.chats.get(id)?.record.summary.lastArrival;
      if (hidden === undefined) return refused('not_found');
      return account.personal.change([{ chat: id, key: 'hidden', value: hidden }]);
    },
    async markRead(id) {
      const chat = desk.chats.get(id);
      if (!chat) return refused('not_found');
      const { summary } = chat.record;
      if (ofChat(desk, chat).unread) await account.personal.change([{ chat: id, key: 'unread', value: false }]);
      const newest = Math.max(
        summary.lastArrival,
        ...[...(chat.entries?.values() ?? [])].map(({ entry }) => entry.arrival),
      );
      if (summary.unread === 0 && summary.readTo >= newest) return DONE;
      const answer = await api.call('POST /api/v1/chats/:chat/read', {
        params: { chat: id },
        body: { arrival: newest },
      });
      if (!answer.ok) return answer;
      const now = chat.record.summary;
      // What came while the node was asked stays unread.
      if (now.lastArrival <= newest) {
        const read = { ...now, readTo: Math.max(now.readTo, newest), unread: 0, mentions: 0 };
        chat.record = { ...chat.record, summary: read };
      }
      account.changed(chat);
      return DONE;
    },
  };
}

/** What is not here may be said something of all the same, but edited it may not be: nobody has its text before them. */
function whyNot(around: Surroundings, said: Aside): RefusalCode | null {
  const key = targetKey(said.target);
  const found = around.find(key);
  const { org, account } = around.desk.me;
  const by = memberKey(org, account);
  if (found && 'entry' in found && found.entry.body === null) return 'not_found';
  if (said.type === 'edit') return said.target.org !== org || said.target.account !== account ? 'not_allowed' : null;
  if (said.type !== 'react') return null;
  const { reactions } = fold(by, around.remarks.get(key)?.remarks ?? []);
  const own = reactions.filter(({ people }) => people.includes(by));
  const isMany = own.length >= REACTIONS_EACH && !own.some(({ emoji }) => emoji === said.emoji);
  return !isEmoji(said.emoji) || (said.on && isMany) ? 'bad_input' : null;
}
