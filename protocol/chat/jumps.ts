/**
 * What of another organisation's log may be jumped over (PROTOCOL 3.2a): what is for nobody here, and what nobody is left to bring.
 * Always holds: as long as somebody who is in may have a block for us, it is pulled and not jumped over.
 */
import type { Cpos, LogId, OrgId } from '../ids.ts';
import { type ChatState, currentInterval, isAccepted, type Member } from './state.ts';
import { ALL_RULES, isForOrganisation, type Placed, type Rules } from './validity.ts';

/** Judged by the block just before, which ends at `firstSeq - 1` and cites `prevCpos`. */
export function mayJumpTo(
  state: ChatState,
  org: OrgId,
  block: { readonly logId: LogId; readonly firstSeq: number; readonly prevCpos: Cpos },
  rules: Rules = ALL_RULES,
): boolean {
  const { logId, firstSeq, prevCpos } = block;
  const before = { logId, seq: firstSeq - 1, cpos: prevCpos };
  return firstSeq > 1 && (!isForOrganisation(state, org, before, rules) || isOutOfReach(state, org, before));
}

/**
 * Its writer's organisation was out before this one accepted, so it was never told, and nobody else who is in may have it: what was
 * held back for an open invitation went with who held it.
 */
function isOutOfReach(state: ChatState, org: OrgId, entry: Placed): boolean {
  const writer = state.logs.get(entry.logId)?.org;
  const accepted = firstAcceptance(state, org, entry.cpos);
  if (writer === undefined || writer === org || accepted === null || couldLearn(state, writer, accepted)) return false;
  return ![...presentOrganisations(state)].some((other) => other !== org && isForOrganisation(state, other, entry));
}

/** Of the intervals that hold this position; null: there is none. */
function firstAcceptance(state: ChatState, org: OrgId, cpos: Cpos): Cpos | null {
  const accepted = membersOf(state, org)
    .flatMap(({ intervals }) => intervals)
    .filter(({ from, to }) => from <= cpos && (to === null || cpos < to))
    .flatMap((interval) => interval.accepted ?? []);
  return accepted.length > 0 ? Math.min(...accepted) : null;
}

/** Is it in, or was it when the act at this position was ordered? (A hub with nobody in orders nothing but its successor, 4.8a.) */
function couldLearn(state: ChatState, writer: OrgId, at: Cpos): boolean {
  return membersOf(state, writer).some(
    (member) =>
      currentInterval(member) !== undefined ||
      member.intervals.some(({ from, to }) => from <= at && (to === null || to > at)),
  );
}

function membersOf(state: ChatState, org: OrgId): Member[] {
  return [...state.members.values()].filter((member) => member.org === org);
}

function presentOrganisations(state: ChatState): Set<OrgId> {
  return new Set([...state.members.values()].filter(isAccepted).map(({ org }) => org));
}
