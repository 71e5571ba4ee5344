/**
 * Genesis: what a chat is for ever (PROTOCOL 4.1). `chatId = H("genesis" ‖ bytes)`, and it stands at position 0 of the
 * control log with `chatId` as its hash. General, public and private chats are founded by a member and signed by the hub;
 * a direct chat's genesis is unsigned and the same for whoever writes it, so there is one per pair for ever.
 */
import { compareBytes } from '../bytes.ts';
import { bytes, bytesUpTo, decode, encode, fields, hash32, id, oneOf, type TypeOf, uint, version } from '../codec.ts';
import { isAdmissibleKey } from '../ed25519.ts';
import { taggedHash } from '../hash.ts';
import type { AccountId, ChatId, OrgId } from '../ids.ts';
import { idBytes, idFromBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { type Result, refuse } from '../result.ts';
import { type Policy, policy, ROLES } from './intent.ts';

export const CHAT_KINDS = { general: 0, public: 1, direct: 2, private: 3 } as const;
export type ChatKind = keyof typeof CHAT_KINDS;

const founded = {
  v: version(1),
  random: bytes(32),
  suite: uint(255),
  org: id('org'),
  account: id('account'),
  /** Operational key of the founding organisation, which signs term 0, and the seq of the record that names it. */
  opKey: hash32,
  keySeq: uint(),
  hlc: uint(),
  policy,
};
const side = fields({ org: id('org'), account: id('account'), enrolHash: bytesUpTo(32) });

export const genesis = oneOf({
  general: [0, founded],
  public: [1, founded],
  direct: [2, { v: version(1), suite: uint(255), a: side, b: side }],
  private: [3, founded],
});
export type Genesis = TypeOf<typeof genesis>;
export type Founded = Exclude<Genesis, { is: 'direct' }>;
export type DirectGenesis = Extract<Genesis, { is: 'direct' }>;

export function chatIdOf(genesisBytes: Uint8Array): ChatId {
  return idFromBytes('chat', taggedHash('genesis', genesisBytes));
}

/** Everybody writes and invites; moderators change the look; owners open history. */
export const DEFAULT_POLICY: Policy = {
  post: ROLES.member,
  invite: ROLES.member,
  look: ROLES.moderator,
  grantHistory: ROLES.owner,
  outsiders: true,
};

/** Order of the two sides of a direct chat: by organisation, then by account, as bytes. */
export function compareMembers(a: { org: OrgId; account: AccountId }, b: { org: OrgId; account: AccountId }): number {
  return compareBytes(idBytes(a.org), idBytes(b.org)) || compareBytes(idBytes(a.account), idBytes(b.account));
}

interface Side {
  readonly org: OrgId;
  readonly account: AccountId;
  /** Hash of the account's `enrol` link; empty in suite 0. */
  readonly enrolHash: Uint8Array;
}

/** The one genesis of this pair, whoever writes it. */
export function directGenesis(one: Side, other: Side, suite: number): Uint8Array {
  const [a, b] = compareMembers(one, other) <= 0 ? [one, other] : [other, one];
  return encode(genesis, { is: 'direct', v: 1, suite, a, b });
}

/** Refuses what is not a genesis; for a direct one also a pair out of order or of one. */
export function decodeGenesis(bytesOf: Uint8Array): Result<Genesis> {
  const read = decode(genesis, bytesOf, LIMITS.genesisBytes);
  if (!read.ok) return read;
  const value = read.value;
  if (value.is === 'direct') return checkDirect(value) ? read : refuse('malformed', 'pair');
  return isAdmissibleKey(value.opKey) ? read : refuse('bad_key', 'genesis');
}

/** One spelling per pair: in order, not with oneself, and with hashes in suite 1 alone. */
function checkDirect({ suite, a, b }: DirectGenesis): boolean {
  const enrolBytes = suite === 0 ? 0 : 32;
  return compareMembers(a, b) < 0 && a.enrolHash.length === enrolBytes && b.enrolHash.length === enrolBytes;
}

/** The organisation that orders the control log in term 0. */
export function firstHub(value: Genesis): OrgId {
  return value.is === 'direct' ? value.a.org : value.org;
}
