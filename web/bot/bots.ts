/** What the command line does with bots, each by the path of the bot's file. Every refusal is thrown. */
import type { AccountId, ChatId } from '../../protocol/ids.ts';
import { Refused } from '../../protocol/result.ts';
import { type BotFile, makeBotFile, openBotFile } from '../client/adapters/node/bot-file.ts';
import type { ChatView } from '../client/model.ts';
import { chatToWrite, findChat, untilNamed } from './chat-of.ts';
import { type Bot, openBot } from './open-bot.ts';
import { type Sent, sendAs } from './send.ts';
import { type Line, tailOf } from './tail.ts';

export interface BotMade {
  readonly account: AccountId;
  readonly address: string;
  /** The bot's half of every safety number: six groups of five digits. */
  readonly fingerprint: readonly string[];
}

export interface Accepted {
  readonly chat: ChatId;
  readonly name: string;
  /** False: the node that keeps the member list is away, and does it when it is back. */
  readonly done: boolean;
}

const ACCEPTED_MS = 15_000;

/** `report`: is told faults that nobody asked about. */
export function createBots(report: (error: unknown) => void) {
  async function by<T>(file: BotFile, work: (bot: Bot) => Promise<T>, unlock = false): Promise<T> {
    const bot = await openBot(file, report, unlock);
    try {
      await untilNamed(bot);
      return await work(bot);
    } finally {
      bot.close();
    }
  }

  const made = async ({ me }: Bot): Promise<BotMade> => ({
    account: me.account,
    address: me.address,
    fingerprint: me.seal?.fingerprint ?? [],
  });

  return {
    /** `draw` makes the account's token, once the file can be written. With a file that was made, what follows can be done again. */
    make: async (path: string, draw: () => Promise<{ node: string; token: string }>): Promise<BotMade> =>
      by(await makeBotFile(path, draw), made),

    unlock: (path: string): Promise<BotMade> => by(openBotFile(path), made, true),

    send: (path: string, typed: string, text: string): Promise<Sent> =>
      by(openBotFile(path), async (bot) => sendAs(bot, await chatToWrite(bot, typed), text)),

    tail: (path: string, typed: string | null, once: boolean, tell: (line: Line) => void): Promise<void> =>
      by(openBotFile(path), (bot) => tailOf(bot, typed === null ? null : findChat(bot, typed).chat, once, tell)),

    /** `typed` null: all open invitations. */
    accept: (path: string, typed: string | null): Promise<Accepted[]> =>
      by(openBotFile(path), async (bot) => {
        const accepted: Accepted[] = [];
        for (const chat of invitations(bot, typed)) accepted.push(await accept(bot, chat));
        return accepted;
      }),
  };
}

function invitations(bot: Bot, typed: string | null): ChatView[] {
  const open = bot.app().chats.filter(({ standing }) => standing === 'invited');
  if (typed === null) return open;
  const wanted = open.filter(({ chat, name }) => chat === typed || name.toLowerCase() === typed.toLowerCase());
  if (wanted.length === 0) throw new Refused('not_invited', `"${typed}"`);
  return wanted;
}

async function accept(bot: Bot, { chat, name }: ChatView): Promise<Accepted> {
  const answer = await bot.messenger.accept(chat);
  if (!answer.ok && answer.refusal.code !== 'hub_away') throw new Refused(answer.refusal.code, answer.refusal.detail);
  const now = ({ chats }: { chats: readonly ChatView[] }) => chats.find((each) => each.chat === chat);
  const joined = await bot.until((app) => (now(app)?.standing === 'member' ? true : null), ACCEPTED_MS);
  return { chat, name: now(bot.app())?.name ?? name, done: joined === true };
}
