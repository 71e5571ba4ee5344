/**
 * Invitations as intents: each with the keys of whom it invites, the first of an organisation that is new in the chat with that one's
 * record chain (PROTOCOL 4.2, SEAL 4.4). Who has no keys yet is invited without.
 */
import { type HistorySpan, type Intent, ROLES, type Role } from '../../protocol/chat/intent.ts';
import { memberKey } from '../../protocol/chat/state.ts';
import type { OrgId } from '../../protocol/ids.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import type { Api } from './api.ts';
import { fromBase64 } from './base64.ts';
import type { Keyring } from './keyring.ts';
import type { Answer } from './model.ts';

/** An act carries its request's body and has to fit its own limit too; so has the number of intents. */
const REQUEST_BYTES = 40_000;
const INVITE_BYTES = REQUEST_BYTES / 100;
const NONE = new Uint8Array(0);
const NO_CHAIN: Answer<Uint8Array> = { ok: true, value: NONE };

export interface Inviting {
  readonly who: readonly MemberRef[];
  readonly role: Role;
  /** Organisations that have a log in the chat. */
  readonly inside: ReadonlySet<OrgId>;
  readonly history: readonly HistorySpan[];
  /** Null: the chat is not sealed. */
  readonly keyring: Keyring | null;
}

/** In requests that are small enough. Refuses what the node refuses. Throws `Fault`. */
export async function invitations(
  api: Api,
  { who, role, inside, history, keyring }: Inviting,
): Promise<Answer<readonly (readonly Intent[])[]>> {
  const requests: Intent[][] = [];
  const known = new Set(inside);
  const identities = keyring ? await keyring.identitiesOf(who) : null;
  let room = 0;
  for (const { org, account } of who) {
    const chain = known.has(org) ? NO_CHAIN : await recordChainOf(api, org);
    if (!chain.ok) return chain;
    known.add(org);
    const identity = identities?.get(memberKey(org, account))?.chain ?? NONE;
    const size = INVITE_BYTES + chain.value.length + identity.length;
    room -= size;
    if (room < 0) {
      requests.push([]);
      room = REQUEST_BYTES - size;
    }
    const orgChain = chain.value;
    requests.at(-1)?.push({ is: 'invite', org, account, role: ROLES[role], history, orgChain, identity });
  }
  return { ok: true, value: requests };
}

async function recordChainOf(api: Api, org: OrgId): Promise<Answer<Uint8Array>> {
  const answer = await api.call('GET /api/v1/organisations/:org', { params: { org } });
  return answer.ok ? { ok: true, value: fromBase64(answer.value.chain) } : answer;
}
