/**
 * `conclave account token …`: bearer tokens of bots. The secret is shown once and stored nowhere as it is. A person's tokens are
 * listed and revoked here, and made by that person alone.
 */
import { type Command, Option } from 'commander';
import { type Act, examples } from '../act.ts';
import { findAccount, findToken } from '../find.ts';
import { showTable, showTime } from '../show.ts';

type Scope = 'read' | 'write' | 'admin';
const SCOPES: readonly Scope[] = ['read', 'write', 'admin'];
const ACCOUNT = 'name, address or id of the account';

export function addTokenCommands(accounts: Command, act: Act): void {
  const group = accounts
    .command('token')
    .description('tokens by which bots sign in; people make theirs under Settings');
  group.addHelpText('after', examples('conclave account token add build --label backup --scope read'));
  addAdd(group, act);
  group
    .command('list')
    .argument('<account>', ACCOUNT)
    .description('its tokens, without their secrets')
    .addHelpText('after', examples('conclave account token list bob'))
    .action(
      act.asking(async (call, _, [typed = '']) => {
        const params = { account: await findAccount(call, typed) };
        const value = await call('GET /api/v1/admin/accounts/:account/tokens', { params });
        const rows = value.tokens.map((each) => [
          each.id,
          each.label,
          each.scopes.join(' '),
          showTime(each.createdAt),
          showTime(each.lastUsedAt),
        ]);
        const table = showTable(['ID', 'LABEL', 'SCOPES', 'MADE', 'LAST USED'], rows);
        return { value, text: rows.length === 0 ? 'It has no tokens.' : table };
      }),
    );
  group
    .command('revoke')
    .argument('<account>', ACCOUNT)
    .argument('<token>', 'id or label of the token')
    .description('end a token at once')
    .addHelpText('after', examples('conclave account token revoke bob backup'))
    .action(
      act.asking(async (call, _, [typed = '', wanted = '']) => {
        const account = await findAccount(call, typed);
        const token = await findToken(call, account, wanted);
        await call('DELETE /api/v1/admin/accounts/:account/tokens/:token', { params: { account, token } });
        return { value: { revoked: token }, text: `Token ${token} is revoked.` };
      }),
    );
}

function addAdd(group: Command, act: Act): void {
  const scope = new Option('--scope <scope...>', 'what it may do').choices(SCOPES).default(['read']);
  group
    .command('add')
    .argument('<account>', ACCOUNT)
    .description("a bot's new token; its secret is shown once")
    .requiredOption('--label <text>', 'what it is for, 1 to 64 signs')
    .addOption(scope)
    .addHelpText(
      'after',
      examples(
        'conclave account token add build --label backup',
        'conclave account token add build --label ci --scope read write --json',
      ),
    )
    .action(
      act.asking<{ label: string; scope: Scope[] }>(async (call, { label, scope: scopes }, [typed = '']) => {
        const params = { account: await findAccount(call, typed) };
        const value = await call('POST /api/v1/admin/accounts/:account/tokens', { params, body: { label, scopes } });
        return { value, text: `${value.secret}\n\nThis is shown once. It may: ${value.token.scopes.join(', ')}.` };
      }),
    );
}
