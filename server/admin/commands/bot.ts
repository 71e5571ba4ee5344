/**
 * `conclave bot …`: accounts for programs, and what a program does in the chats that it was invited to. Only `add` asks the running node
 * by its admin socket; the others are that bot, by its file, on whatever machine that lies.
 */
import { type Command, Option } from 'commander';
import type { AccountId, ChatId, EntryId } from '../../../protocol/ids.ts';
import type { Config } from '../../config/config.ts';
import { type Act, type ActUses, type Answer, configOf, examples, type GlobalOptions } from '../act.ts';
import type { Call } from '../call.ts';
import { plainText, showPairs, showTable } from '../show.ts';

interface BotMade {
  readonly account: AccountId;
  readonly address: string;
  readonly fingerprint: readonly string[];
}

interface Line {
  readonly chatName: string;
  readonly at: number;
  readonly from: string;
  readonly text: string | null;
  readonly instead: string | null;
}

interface Accepted {
  readonly chat: ChatId;
  readonly name: string;
  readonly done: boolean;
}

/** The messenger's part of it (web/bot). */
export interface Bots {
  make(path: string, draw: () => Promise<{ node: string; token: string }>): Promise<BotMade>;
  unlock(path: string): Promise<BotMade>;
  send(path: string, chat: string, text: string): Promise<{ readonly chat: ChatId; readonly entryId: EntryId }>;
  tail(path: string, chat: string | null, once: boolean, tell: (line: Line) => void): Promise<void>;
  accept(path: string, chat: string | null): Promise<Accepted[]>;
}

export interface BotUses extends Pick<ActUses, 'readConfig'> {
  readonly openBots: () => Promise<Bots>;
}

interface ByFile {
  readonly file: string;
}

const FILE = '--file <path>';
const OF_BOT = "the bot's file";
const CHAT = "a chat's id or its name as the bot sees it";
const SECRET = `
The file is the bot's secret: token, keys and recovery code. Whoever reads it reads and writes as the bot. It has mode
0600, and is refused when others can read it. It can be moved to another machine, where "node" in it must be
reachable; a copy in a safe place is the only way back when it is lost.`;

export function addBotCommands(program: Command, act: Act, uses: BotUses): void {
  const group = program.command('bot').description('programs that take part in chats, sealed ones too, from a shell');
  group.addHelpText('after', SECRET);
  group.addHelpText(
    'after',
    examples(
      'conclave bot add build --display-name "Build server"',
      'conclave bot accept --file build.bot.json',
      'conclave bot send --file build.bot.json "Release team" "1.4 is out"',
      'conclave bot tail --file build.bot.json --json',
    ),
  );
  addAdd(group, act, uses);
  addAccept(group, act, uses);
  addSend(group, act, uses);
  addTail(group, act, uses);
  addUnlock(group, act, uses);
}

interface Adding extends GlobalOptions {
  readonly file?: string;
  readonly displayName?: string;
  readonly url?: string;
}

function addAdd(group: Command, act: Act, uses: BotUses): void {
  group
    .command('add')
    .argument('<name>', 'of the account')
    .description('make the account, its token, its keys, and the file that holds them')
    .option(FILE, 'to be made (else NAME.bot.json here)')
    .option('--display-name <text>', 'as people see it (else its name)')
    .option('--url <origin>', 'where the bot will reach the node (else as this machine does)')
    .addHelpText('after', SECRET)
    .addHelpText(
      'after',
      examples(
        'conclave bot add build',
        'conclave bot add build --display-name "Build server" --file /etc/build/conclave.json --url https://acme.example',
      ),
    )
    .action(act.asking<Adding>((call, options, [name = '']) => added(call, uses, name, options)));
}

async function added(call: Call, { openBots, readConfig }: BotUses, name: string, options: Adding): Promise<Answer> {
  const { file = `${name}.bot.json`, displayName = '', url = nearUrl(configOf(readConfig, options)) } = options;
  const bots = await openBots();
  const made = await bots.make(file, async () => {
    const { account } = await call('POST /api/v1/admin/bots', { body: { name, displayName } });
    const body = { label: 'bot', scopes: ['read', 'write'] as ('read' | 'write')[] };
    const { secret } = await call('POST /api/v1/admin/accounts/:account/tokens', { params: { account }, body });
    return { node: url.replace(/\/$/, ''), token: secret };
  });
  const shown = showPairs([
    ['bot', made.address],
    ['file', file],
    ['node', url],
    ['fingerprint', made.fingerprint.join(' ')],
  ]);
  const next = `Keep the file: it is the bot. Next: invite ${made.address} to a chat, then
  conclave bot accept --file ${file}
  conclave bot tail --file ${file}`;
  return { value: { ...made, file, node: url }, text: `${shown}\n\n${next}` };
}

/** Where programs of this machine reach the node. */
function nearUrl({ web }: Config): string {
  const host = web.host === 'localhost' ? '127.0.0.1' : web.host;
  const isNear = host.startsWith('127.') || host === '::1';
  return web.tls === null && isNear ? `http://${host.includes(':') ? `[${host}]` : host}:${web.port}` : web.url;
}

function addAccept(group: Command, act: Act, { openBots }: BotUses): void {
  group
    .command('accept')
    .argument('[chat]', `${CHAT} (else all that it is invited to)`)
    .description('accept open invitations')
    .requiredOption(FILE, OF_BOT)
    .addHelpText('after', examples('conclave bot accept --file build.bot.json'))
    .action(
      act.here<ByFile>(async ({ file }, [chat = null]) => {
        const accepted = await (await openBots()).accept(file, chat);
        const rows = accepted.map((each) => [each.name, each.done ? 'member' : 'waits for the other node', each.chat]);
        const text = rows.length === 0 ? 'There is no open invitation.' : showTable(['CHAT', 'STATE', 'ID'], rows);
        return { value: { accepted }, text };
      }),
    );
}

function addSend(group: Command, act: Act, { openBots }: BotUses): void {
  group
    .command('send')
    .argument('<chat>', `${CHAT}; or a person's address, for a direct chat`)
    .argument('<text>', 'the message')
    .description('say something; it is done when the node has it')
    .requiredOption(FILE, OF_BOT)
    .addHelpText(
      'after',
      examples(
        'conclave bot send --file build.bot.json "Release team" "1.4 is out"',
        'conclave bot send --file build.bot.json bob@globex.example "your build is done"',
      ),
    )
    .action(
      act.here<ByFile>(async ({ file }, [chat = '', text = '']) => {
        const value = await (await openBots()).send(file, chat, text);
        return { value, text: `Sent (${value.entryId}).` };
      }),
    );
}

function addTail(group: Command, act: Act, { openBots }: BotUses): void {
  group
    .command('tail')
    .argument('[chat]', `${CHAT} (else all of them)`)
    .description('print messages, a line each: the newest that are there, then what comes, until interrupted')
    .requiredOption(FILE, OF_BOT)
    .addOption(new Option('--once', 'end after what is there').default(false))
    .addHelpText(
      'after',
      examples(
        'conclave bot tail --file build.bot.json',
        'conclave bot tail --file build.bot.json "Release team" --once',
        'conclave bot tail --file build.bot.json --json | while read -r line; do …; done',
      ),
    )
    .action(
      act.telling<ByFile & { once: boolean }>(async (tell, { file, once }, [chat = null]) => {
        await (await openBots()).tail(file, chat, once, (line) => tell({ value: line, text: shownLine(line) }));
      }),
    );
}

/** What a message says cannot look like another message. */
function shownLine({ chatName, at, from, text, instead }: Line): string {
  const said = text === null ? `(${instead})` : text.split('\n').map(plainText).join('\n    ');
  return `${new Date(at).toISOString()} [${plainText(chatName)}] ${plainText(from)}: ${said}`;
}

function addUnlock(group: Command, act: Act, { openBots }: BotUses): void {
  group
    .command('unlock')
    .description('open its keys again by the code in the file, after the node has refused or ended its session')
    .requiredOption(FILE, OF_BOT)
    .addHelpText('after', examples('conclave bot unlock --file build.bot.json'))
    .action(
      act.here<ByFile>(async ({ file }) => {
        const value = await (await openBots()).unlock(file);
        return { value, text: `The keys of ${value.address} are open.` };
      }),
    );
}
