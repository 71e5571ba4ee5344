/** `conclave account …`: who works here. No command of it reads a chat. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { Refused } from '../../../protocol/result.ts';
import { type Act, type Answer, examples } from '../act.ts';
import type { Call } from '../call.ts';
import { findAccount } from '../find.ts';
import type { Account } from '../shapes.ts';
import { showPairs, showTable, showTime } from '../show.ts';
import { addTokenCommands } from './token.ts';

const ACCOUNT = 'name, address or id of an account';

export function addAccountCommands(program: Command, act: Act): void {
  const group = program.command('account').description('the people of this organisation');
  group.addHelpText('after', examples('conclave account add', 'conclave account list', 'conclave account disable bob'));
  addLinkCommands(group, act);
  group
    .command('list')
    .description('all accounts, and of disabled ones which partners have confirmed the end')
    .addHelpText('after', examples('conclave account list', 'conclave account list --json'))
    .action(act.asking(async (call) => listed((await call('GET /api/v1/admin/accounts', {})).accounts)));
  addChangeCommands(group, act);
  addTokenCommands(group, act);
}

function addLinkCommands(group: Command, act: Act): void {
  group
    .command('add')
    .description('a one-time link that makes an account; whoever opens it chooses name and password. Or a bot, at once')
    .option('--administrator', 'the account will administer this organisation')
    .option('--bot <name>', 'no link: an account for a program, without a password')
    .option('--display-name <text>', 'of a bot, as people see it (else its name)')
    .addHelpText(
      'after',
      examples(
        'conclave account add',
        'conclave account add --administrator --json',
        'conclave account add --bot build --display-name "Build server"',
      ),
    )
    .action(act.asking<Adding>(add));
  group
    .command('reset-link')
    .argument('<account>', ACCOUNT)
    .description('a one-time link that sets a new password and ends all sessions and tokens; not for a bot')
    .addHelpText('after', examples('conclave account reset-link bob'))
    .action(
      act.asking(async (call, _, [typed = '']) => {
        const params = { account: await findAccount(call, typed) };
        return linkAnswer(await call('POST /api/v1/admin/accounts/:account/reset-link', { params }));
      }),
    );
}

interface Adding {
  readonly administrator?: boolean;
  readonly bot?: string;
  readonly displayName?: string;
}

async function add(call: Call, { administrator = false, bot: name, displayName = '' }: Adding): Promise<Answer> {
  if (name === undefined && displayName !== '') throw new Refused('bad_input', '--display-name is for --bot');
  if (name === undefined) return linkAnswer(await call('POST /api/v1/admin/invitations', { body: { administrator } }));
  if (administrator) throw new Refused('bad_input', 'a link with --administrator, or a bot with --bot: not both');
  const value = await call('POST /api/v1/admin/bots', { body: { name, displayName } });
  return { value, text: `${described(value)}\n\nIts token: conclave account token add ${value.name} --label NAME` };
}

function linkAnswer(reply: { link: string; expiresAt: number }): Answer {
  return { value: reply, text: `${reply.link}\n\nIt works once, until ${showTime(reply.expiresAt)}.` };
}

interface Change {
  state?: 'active' | 'disabled';
  administrator?: boolean;
  mayBringOutsiders?: boolean;
}

async function changed(call: Call, typed: string, body: Change): Promise<Answer> {
  const params = { account: await findAccount(call, typed) };
  const value = await call('PATCH /api/v1/admin/accounts/:account', { params, body });
  return { value, text: described(value) };
}

function addChangeCommands(group: Command, act: Act): void {
  group
    .command('disable')
    .argument('<account>', ACCOUNT)
    .description('sign it out everywhere and end it in every chat, here and at partners')
    .addHelpText('after', examples('conclave account disable bob', 'conclave account disable bob@acme.example --json'))
    .action(act.asking((call, _, [typed = '']) => changed(call, typed, { state: 'disabled' })));
  group
    .command('enable')
    .argument('<account>', ACCOUNT)
    .description('let it sign in again; it is in no chat until somebody invites it')
    .addHelpText('after', examples('conclave account enable bob'))
    .action(act.asking((call, _, [typed = '']) => changed(call, typed, { state: 'active' })));
  const yesOrNo = (flags: string, description: string) => new Option(flags, description).choices(['yes', 'no']);
  group
    .command('set')
    .argument('<account>', ACCOUNT)
    .description('what an account may do')
    .addOption(yesOrNo('--administrator <answer>', 'administers this organisation'))
    .addOption(yesOrNo('--outsiders <answer>', 'may bring people of other organisations into chats'))
    .addHelpText(
      'after',
      examples('conclave account set bob --outsiders no', 'conclave account set ann --administrator yes'),
    )
    .action(
      act.asking<{ administrator?: string; outsiders?: string }>((call, { administrator, outsiders }, [typed = '']) => {
        if (administrator === undefined && outsiders === undefined)
          throw new Refused('bad_input', 'say what to set: --administrator, --outsiders, or both');
        return changed(call, typed, {
          ...(administrator !== undefined && { administrator: administrator === 'yes' }),
          ...(outsiders !== undefined && { mayBringOutsiders: outsiders === 'yes' }),
        });
      }),
    );
}

function listed(accounts: readonly Account[]): Answer {
  const rows = accounts.map((each) => [
    each.name,
    each.displayName,
    each.kind,
    each.state,
    each.administrator ? 'yes' : '',
    each.mayBringOutsiders ? 'yes' : 'no',
    showTime(each.lastSeenAt),
    offboarding(each),
    each.account,
  ]);
  const head = ['NAME', 'SHOWN AS', 'KIND', 'STATE', 'ADMINISTRATOR', 'OUTSIDERS', 'LAST SEEN', 'WAITS FOR', 'ID'];
  const none = 'There is no account yet. The first administrator: conclave account add --administrator';
  return { value: { accounts }, text: accounts.length === 0 ? none : showTable(head, rows) };
}

/** Partners that have not confirmed yet that the account's entries ended. */
function offboarding(each: Account): string {
  return each.offboarding.flatMap(({ orgName, stopped }) => (stopped ? [] : [orgName])).join(', ');
}

function described(each: Account): string {
  return showPairs([
    ['account', `${each.name} (${each.displayName})`],
    ['kind', each.kind],
    ['state', each.state],
    ['administrator', each.administrator ? 'yes' : 'no'],
    ['outsiders', each.mayBringOutsiders ? 'may bring them in' : 'may not bring them in'],
    ...each.offboarding.map(({ orgName, stopped }): [string, string] => [
      orgName,
      stopped ? 'has confirmed the end' : 'has not confirmed the end yet',
    ]),
  ]);
}
