/**
 * The rule: does an entry count (PROTOCOL 4.4), and for whom is it (PROTOCOL 4.5). Grants are by citation, revocations by cut.
 * Always holds: a later act never makes an entry count that did not, so arrival in any order ends in the same valid set.
 */
import type { AccountId, Cpos, LogId, OrgId } from '../ids.ts';
import type { EntryKind } from '../log/entry.ts';
import type { RefusalCode } from '../refusals.ts';
import { ROLES } from './intent.ts';
import { type ChatState, intervalAt, type Member, memberKey, policyAt, roleAt } from './state.ts';

export interface Placed {
  readonly logId: LogId;
  readonly seq: number;
  readonly cpos: Cpos;
}

export interface Candidate extends Placed {
  readonly kind: EntryKind;
  readonly account: AccountId;
  /** Seqs of this account's fins in this log before `seq`, with the positions that they cite. */
  readonly fins: readonly Placed[];
  /** For `erase`: is the target another's? */
  readonly erasesOther?: boolean;
}

/** Rules that the test world can switch off, to show that each is needed (PROTOCOL 8). Nothing else reaches them. */
export interface Rules {
  readonly right: boolean;
  readonly cut: boolean;
  readonly fin: boolean;
  readonly audience: boolean;
  readonly frontier: boolean;
}
export const ALL_RULES: Rules = { right: true, cut: true, fin: true, audience: true, frontier: true };

/** Null: it counts. Otherwise why not. The log must be valid in itself, and the cited position known. */
export function whyVoid(state: ChatState, entry: Candidate, rules: Rules = ALL_RULES): RefusalCode | null {
  const log = state.logs.get(entry.logId);
  if (!log || entry.cpos < log.openedAt) return 'wrong_log';
  if (rules.cut && log.sealed && entry.seq > log.sealed.seq) return 'past_cut';
  const member = state.members.get(memberKey(log.org, entry.account));
  if (rules.fin && isAfterFin(member, entry)) return 'past_cut';
  if (entry.kind === 'request') return null;
  if (entry.kind === 'fin') return intervalAt(member, entry.cpos) ? null : 'not_member';
  const needs = entry.kind === 'message' ? 'post' : entry.erasesOther ? 'moderate' : 'member';
  if (rules.right && !hasRight(state, log.org, entry.account, entry.cpos, needs)) return 'not_allowed';
  return rules.cut && isCut(state, member, log.org, entry, needs) ? 'past_cut' : null;
}

type Right = 'post' | 'moderate' | 'member';

function hasRight(state: ChatState, org: OrgId, account: AccountId, p: Cpos, right: Right): boolean {
  const role = roleAt(state, org, account, p);
  if (right === 'member') return role > 0;
  return role >= (right === 'post' ? policyAt(state, p).post : ROLES.moderator) && role > 0;
}

/** 4.4c: an act after the cited position took the right away, and the entry lies past its cut. */
function isCut(state: ChatState, member: Member | undefined, org: OrgId, entry: Candidate, right: Right): boolean {
  const bites = (cut: { at: Cpos; logId: LogId; seq: number }) =>
    cut.at > entry.cpos &&
    cut.logId === entry.logId &&
    entry.seq > cut.seq &&
    !hasRight(state, org, entry.account, cut.at, right);
  return (member?.cuts.some(bites) ?? false) || state.policyCuts.some(bites);
}

/** 4.4d: a fin ends its author's entries in this log, until a later interval begins. In a direct chat an accept is exempt. */
function isAfterFin(member: Member | undefined, entry: Candidate): boolean {
  if (entry.kind === 'request' && entry.fins.length > 0) return false;
  return entry.fins.some((fin) => {
    const ended = intervalAt(member, fin.cpos);
    const later = member?.intervals.some(
      (interval) => interval.from > (ended?.from ?? -1) && interval.from > fin.cpos && entry.cpos >= interval.from,
    );
    return !later;
  });
}

/** Is the entry for this member (4.5)? Open chats show all of their past to whoever is in. */
export function isForMember(
  state: ChatState,
  org: OrgId,
  account: AccountId,
  entry: Placed,
  rules: Rules = ALL_RULES,
): boolean {
  if (!rules.audience) return true;
  if (state.kind === 'general') return org === state.hub;
  const member = state.members.get(memberKey(org, account));
  if (!member) return false;
  if (state.kind === 'public') return member.intervals.at(-1)?.to === null;
  return isForIntervals(member, entry, rules);
}

function isForIntervals(member: Member, entry: Placed, rules: Rules): boolean {
  const interval = intervalAt(member, entry.cpos);
  if (!interval) return false;
  if (interval.to === null || !rules.frontier) return true;
  return entry.seq <= (interval.frontier?.get(entry.logId) ?? 0);
}

/** Is the entry for anybody of this organisation, so that its node may have it (4.5)? */
export function isForOrganisation(state: ChatState, org: OrgId, entry: Placed, rules: Rules = ALL_RULES): boolean {
  if (!rules.audience) return true;
  if (state.kind === 'general' || state.kind === 'public') return org === state.hub;
  for (const member of state.members.values()) {
    if (member.org === org && isForIntervals(member, entry, rules)) return true;
  }
  return false;
}
