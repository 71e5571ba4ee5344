/** From what somebody types (a chat's id or name, a person's address) to the chat that is meant. More than one is never guessed at. */
import { type ChatId, isId } from '../../protocol/ids.ts';
import { Refused } from '../../protocol/result.ts';
import type { ChatView } from '../client/model.ts';
import { type Bot, given } from './open-bot.ts';

/** How the library calls a chat whose name is sealed and not open yet. */
const NOT_OPEN = '…';
const NAMES_MS = 10_000;

/** Names are opened one after the other; one whose key is not here is waited for no longer than that. */
export async function untilNamed({ until }: Bot): Promise<void> {
  await until(({ chats }) => (chats.some(({ name }) => name === NOT_OPEN) ? null : true), NAMES_MS);
}

/** Of chats that the bot is in, once they have their names. Refuses (throws) `not_found`, `not_member`, `bad_input`. */
export function findChat(bot: Bot, typed: string): ChatView {
  const wanted = typed.toLowerCase();
  const isMeant = ({ chat, name }: ChatView) => (isId('chat', typed) ? chat === typed : name.toLowerCase() === wanted);
  const meant = bot.app().chats.filter(isMeant);
  const found = meant.filter(({ standing }) => standing === 'member');
  const [first, ...others] = found;
  if (!first && meant.some(({ standing }) => standing === 'invited'))
    throw new Refused('not_member', `"${typed}": the bot is invited there, and has not accepted`);
  if (!first) throw new Refused('not_found', `"${typed}": the bot is in no such chat`);
  if (others.length > 0)
    throw new Refused(
      'bad_input',
      `"${typed}" fits more than one, use the id: ${found.map(({ chat }) => chat).join(', ')}`,
    );
  return first;
}

/** As `findChat`; with an address, the direct chat with that person, made where there is none. Refuses what those routes do. */
export async function chatToWrite(bot: Bot, typed: string): Promise<ChatId> {
  const isAddress = /^[^\s@]+@[^\s@]+$/.test(typed);
  if (!isAddress) return findChat(bot, typed).chat;
  return given(await bot.messenger.openDirect(given(await bot.messenger.resolveAddress(typed))));
}
