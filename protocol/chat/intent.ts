/**
 * Intents: what a member asks for, without a position (PROTOCOL 4.2). The hub orders each at a position as an act.
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

/** A span of control positions whose entries are opened to the newcomer; `to` null: up to the invitation. */
export const historySpan = fields({ from: uint(), to: nullable(uint()) });
export type HistorySpan = TypeOf<typeof historySpan>;

const member = { org: id('org'), account: id('account') };

export const intent = oneOf({
  /** `orgChain`: the record chain of the newcomer's organisation, empty where it is in the chat already. */
  invite: [1, { ...member, role, history: list(historySpan, 64), orgChain: bytesUpTo(LIMITS.chainBytes) }],
  accept: [2, {}],
  withdraw: [3, member],
  remove: [5, member],
  role: [6, { ...member, role }],
  policy: [7, { policy }],
  /** The look itself travels beside the act, so that it can be erased (PROTOCOL 4.3). */
  look: [8, { hash: hash32, length: uint(LIMITS.lookBytes) }],
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
});
export type HubIntent = TypeOf<typeof hubIntent>;
