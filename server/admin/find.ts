/** From what somebody types (a name, an address, a domain, an id) to the one that is meant. More than one is never guessed at. */
import { type AccountId, isId, type OrgId } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { Refused } from '../../protocol/result.ts';
import type { Call } from './call.ts';

/** By id, name, or address of this organisation. Refuses (throws) `unknown_account`. */
export async function findAccount(call: Call, typed: string): Promise<AccountId> {
  if (isId('account', typed)) return typed as AccountId;
  const { accounts } = await call('GET /api/v1/admin/accounts', {});
  const name = typed.split('@')[0]?.toLowerCase();
  const found = accounts.filter((account) => account.name === name);
  return onlyOne(found, typed, 'unknown_account', ({ account }) => account).account;
}

/** By id, domain, or name. Refuses (throws) `unknown_peer`, `bad_input`. */
export async function findPeer(call: Call, typed: string): Promise<OrgId> {
  if (isId('org', typed)) return typed as OrgId;
  const { peers } = await call('GET /api/v1/admin/peers', {});
  const wanted = typed.toLowerCase();
  const byDomain = peers.filter(({ domain }) => domain === wanted);
  const found = byDomain.length > 0 ? byDomain : peers.filter(({ name }) => name.toLowerCase() === wanted);
  return onlyOne(found, typed, 'unknown_peer', ({ org }) => org).org;
}

/** By id or label. Refuses (throws) `unknown_token`, `bad_input`. */
export async function findToken(call: Call, account: AccountId, typed: string): Promise<string> {
  const { tokens } = await call('GET /api/v1/admin/accounts/:account/tokens', { params: { account } });
  const found = tokens.filter(({ id, label }) => id === typed || label === typed);
  return onlyOne(found, typed, 'unknown_token', ({ id }) => id).id;
}

function onlyOne<T>(found: readonly T[], typed: string, code: RefusalCode, idOf: (one: T) => string): T {
  const [first, ...others] = found;
  if (first === undefined) throw new Refused(code, `"${typed}"`);
  if (others.length === 0) return first;
  throw new Refused('bad_input', `"${typed}" fits more than one, use the id: ${found.map(idOf).join(', ')}`);
}
