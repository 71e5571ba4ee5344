/** What the hub orders by itself (PROTOCOL 4.2, 4.8a, 7; SEAL 4.10). */
import { compareBytes } from '../bytes.ts';
import { hlcMs } from '../hlc.ts';
import { type Hlc, idBytes, type OrgId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import type { HubIntent } from './intent.ts';
import { endInterval, hasCut } from './intervals.ts';
import { noop, type Ordered, type Outcome } from './outcome.ts';
import { beginSegment } from './sealing.ts';
import { acceptedOrganisations, type ChatState, currentInterval, isAccepted, memberKey, openLogOf } from './state.ts';

export function applyHub(state: ChatState, act: Ordered, intent: HubIntent): Outcome {
  switch (intent.is) {
    case 'refuse': {
      const key = `${intent.logId}:${intent.seq}`;
      if (state.disposed.has(key)) return noop('duplicate_request');
      state.disposed.add(key);
      return { ok: true, change: { is: 'refused', logSeq: key, code: intent.code } };
    }
    case 'expire':
      return applyExpire(state, act, intent);
    case 'transfer':
      return applyTransfer(state, intent.org);
    case 'tick':
      return applyTick(state, act);
    case 'setAside':
      return { ok: true, change: { is: 'setAside', logSeq: `${intent.logId}:${intent.seq}` } };
    default:
      return intent satisfies never;
  }
}

function applyExpire(state: ChatState, act: Ordered, intent: Extract<HubIntent, { is: 'expire' }>): Outcome {
  const { org, account } = intent;
  const member = state.members.get(memberKey(org, account));
  const current = currentInterval(member);
  if (!member || !current || current.accepted !== null) return noop('not_invited');
  if (hlcMs(act.hlc) - hlcMs(current.invitedHlc) < LIMITS.invitationLifetimeMs) return noop('not_acceptable');
  if (!hasCut(state, act, org)) return noop('malformed');
  endInterval(state, act, member, current, act.cuts);
  return { ok: true, change: { is: 'expired', org, account, by: null } };
}

/** The next orderer: only when the hub has no accepted member left, and only the one that the rule names (PROTOCOL 4.8a). */
function applyTransfer(state: ChatState, org: OrgId): Outcome {
  const log = openLogOf(state, org);
  if (successor(state) !== org || !log?.key) return noop('not_acceptable');
  state.hub = org;
  state.hubKey = log.key;
  state.term += 1;
  return { ok: true, change: { is: 'hub', org } };
}

/** The organisation that has to order next, where the hub has no accepted member left in a private chat; else null. */
export function successor(state: ChatState): OrgId | null {
  if (state.kind !== 'private' || state.closed) return null;
  for (const member of state.members.values()) if (member.org === state.hub && isAccepted(member)) return null;
  const orgs = [...acceptedOrganisations(state)];
  return orgs.sort((a, b) => compareBytes(idBytes(a), idBytes(b)))[0] ?? null;
}

function applyTick(state: ChatState, act: Ordered): Outcome {
  if (!mayTick(state, act.hlc)) return noop('not_acceptable');
  beginSegment(state, act, 'tick', null);
  return { ok: true, change: { is: 'tick' } };
}

/** Is the day (UTC) of the last segment over at this clock? Whether anything was written since then only the hub can tell. */
export function mayTick({ segments, closed }: ChatState, hlc: Hlc): boolean {
  const last = segments.at(-1);
  return last !== undefined && !closed && dayOf(hlc) > dayOf(last.hlc);
}

/** Days since the Unix epoch, UTC. */
function dayOf(hlc: Hlc): number {
  return Math.floor(hlcMs(hlc) / 86_400_000);
}
