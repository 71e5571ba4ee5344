/**
 * Intents: what a member asks for, without a position (PROTOCOL 4.2, SEAL 4.4). The hub orders each at a position as an act.
 */
import { bool, bytesUpTo, fields, hash32, id, list, nullable, oneOf, type Shape, type TypeOf, uint } from '../codec.ts';
import { LIMITS } from '../limits.ts';
import { Refused } from '../result.ts';

export const ROLES = { member: 1, moderator: 2, owner: 3 } as const;
export type Role = keyof typeof ROLES;
const ROLE_NAMES: readonly Role[] = ['member', 'moderator', 'owner'];

export function roleName(number: number): Role {
  return ROLE_NAMES[number - 1] ?? 'member';
}

/** A role as its number, 1 member, 2 moderator, 3 owner. */
const role: Shape<number> = {
  ...uint(3),
  read(raw, at) {
    const number = uint(3).read(raw, at);
    if (number === 0) throw new Refused('malformed', at);
    return number;
  },
};

/** The least role that may do each of these. */
export const policy = fields({ post: role, invite: role, look: role, grantHistory: role, outsiders: bool });
export type Policy = TypeOf<typeof policy>;

/** A span of control positions whose entries are opened to a member; `to` null: up to just before the act (SEAL 4.9). */
export const historySpan = fields({ from: uint(), to: nullable(uint()) });
export type HistorySpan = TypeOf<typeof historySpan>;

const member = { org: id('org'), account: id('account') };
const history = list(historySpan, LIMITS.historySpans);
/** An encoded identity chain (SEAL 2.3); empty in suite 0. */
const identity = bytesUpTo(LIMITS.identityBytes);

export const intent = oneOf({
  /**
   * `orgChain`: the record chain of the newcomer's organisation, empty where it is in the chat already. `identity` is empty too
   * for somebody who has no keys yet.
   */
  invite: [1, { ...member, role, history, orgChain: bytesUpTo(LIMITS.chainBytes), identity }],
  /** The author's own identity; empty where nothing has changed since the invitation. */
  accept: [2, { identity }],
  withdraw: [3, member],
  remove: [5, member],
  role: [6, { ...member, role }],
  policy: [7, { policy }],
  /** The look itself travels beside the act, so that it can be erased (PROTOCOL 4.3). */
  look: [8, { hash: hash32, length: uint(LIMITS.lookBytes) }],
  /** The author's own identity, advanced. One that resets is the node's and suspends the account (SEAL 4.6). */
  keys: [9, { identity }],
  /** Pins the new identity of a suspended member. */
  readmit: [10, { ...member, identity }],
  /** A secret drawn anew; its wraps are the request's key material. */
  rekey: [11, {}],
  grant: [12, { ...member, history }],
  /** "I lack keys": the author is owed them. */
  rewrap: [13, {}],
  /** Brings what this member is owed. */
  supply: [14, member],
});
export type Intent = TypeOf<typeof intent>;

/** What the hub does by itself. */
export const hubIntent = oneOf({
  /** A request's disposal where it is not ordered: `code` is the refusal's number. */
  refuse: [20, { logId: id('log'), seq: uint(), code: uint(65_535) }],
  /** An invitation older than 30 days ends (PROTOCOL 7). */
  expire: [21, member],
  /** The hub has no member left: this organisation orders from the next term on. */
  transfer: [22, { org: id('org') }],
  /** A day has passed: the secret moves on (SEAL 4.10). */
  tick: [23, {}],
  /** The key material of that request is incomplete, or did not come: standing before the request, this makes it stale (SEAL 4.1). */
  setAside: [24, { logId: id('log'), seq: uint() }],
});
export type HubIntent = TypeOf<typeof hubIntent>;
