/** How memberships begin and end (PROTOCOL 4.5, 4.6): what a removal says, and what follows for keys. */
import type { AccountId, Cpos, OrgId } from '../ids.ts';
import type { Cut } from './act.ts';
import type { Ordered } from './outcome.ts';
import { isRecipient } from './pins.ts';
import { type ChatState, type Interval, type Member, memberKey, membersNow, newMember, openLogOf } from './state.ts';

export function beginInterval(
  state: ChatState,
  org: OrgId,
  account: AccountId,
  role: number,
  interval: Interval,
): Member {
  const key = memberKey(org, account);
  const member = state.members.get(key) ?? newMember(org, account);
  member.intervals.push(interval);
  member.roles.push({ at: interval.from, role });
  state.members.set(key, member);
  return member;
}

/** A removal says where it bites in the open log of the removed (PROTOCOL 4.4). */
export function hasCut(state: ChatState, act: Ordered, org: OrgId): boolean {
  const log = openLogOf(state, org);
  return !log || act.cuts.some((cut) => cut.logId === log.logId);
}

export function addCuts(state: ChatState, member: Member, at: Cpos, cuts: readonly Cut[]): void {
  for (const cut of cuts) if (state.logs.get(cut.logId)?.org === member.org) member.cuts.push({ at, ...cut });
}

export function endInterval(
  state: ChatState,
  act: Ordered,
  member: Member,
  current: Interval,
  cuts: readonly Cut[],
): void {
  const { cpos, frontier } = act;
  // Who had the secret must not have the next one (SEAL 4.7).
  if (state.suite !== 0 && isRecipient(member)) state.rekeyPending = true;
  state.owed.delete(memberKey(member.org, member.account));
  current.to = cpos;
  current.frontier = new Map(frontier.map((head) => [head.logId, head.seq]));
  addCuts(state, member, cpos, cuts);
  const log = openLogOf(state, member.org);
  const cut = cuts.find((each) => each.logId === log?.logId);
  if (log && cut && state.kind === 'private' && !hasInterval(state, member.org))
    log.sealed = { at: cpos, seq: cut.seq };
}

function hasInterval(state: ChatState, org: OrgId): boolean {
  return membersNow(state).some((member) => member.org === org);
}

export function closeChat(state: ChatState, at: Cpos, frontier: readonly Cut[]): void {
  state.closed = true;
  state.rekeyPending = false;
  state.owed.clear();
  for (const { interval } of membersNow(state)) {
    interval.to = at;
    interval.frontier = new Map(frontier.map((head) => [head.logId, head.seq]));
  }
}
