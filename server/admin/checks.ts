/**
 * What `conclave doctor` can say of anything: a check is a name, a state, what was found and, where something is to be done, the
 * fix. The same shape comes from the running node and from the command itself. Judging is apart from collecting: all pure.
 */
import type { Organisation } from '../../protocol/identity/organisation.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { NetworkSettings } from '../identity/network.ts';
import type { Check, PeerStatus } from './shapes.ts';
import { showSpan, showTime } from './show.ts';

export function good(name: string, found: string): Check {
  return { name, state: 'good', found, fix: null };
}
export function skipped(name: string, found: string): Check {
  return { name, state: 'skipped', found, fix: null };
}
export function warning(name: string, found: string, fix: string): Check {
  return { name, state: 'warning', found, fix };
}
export function bad(name: string, found: string, fix: string): Check {
  return { name, state: 'bad', found, fix };
}

/** Nobody had this program before: a clock that says so is wrong. 1 January 2026. */
const OLDEST_NOW_MS = 1_767_225_600_000;
/** Clocks of two machines may differ by seconds. */
const TOLERATED_MS = 60_000;
const NOT_RENEWED = 'The node should have renewed it: see its log for "organisation.not_renewed".';

/** `lastKnownMs`: the newest time that this node has written down. */
export function checkClock(nowMs: number, lastKnownMs: number): Check {
  const fix = 'Set the clock of this machine and keep it right: timedatectl set-ntp true';
  if (nowMs < OLDEST_NOW_MS) return bad('clock', `it is ${showTime(nowMs)} here, before this program was made`, fix);
  if (nowMs < lastKnownMs - TOLERATED_MS)
    return bad('clock', `it is ${showTime(nowMs)} here, but this node has written at ${showTime(lastKnownMs)}`, fix);
  return good('clock', showTime(nowMs));
}

export function checkRecord({ record }: Organisation, nowMs: number, isRunning: boolean): Check {
  const { expiresAt, issuedAt } = record;
  const until = `valid until ${showTime(expiresAt)}`;
  const expired = `the organisation record expired on ${showTime(expiresAt)}`;
  if (expiresAt <= nowMs && !isRunning) return warning('record', expired, 'Start the node: it renews the record.');
  if (expiresAt <= nowMs) return bad('record', expired, NOT_RENEWED);
  if (issuedAt > nowMs + TOLERATED_MS)
    return bad(
      'record',
      `issued at ${showTime(issuedAt)}, which is in the future`,
      'Set the clock, then restart the node.',
    );
  if (isRunning && expiresAt - nowMs < LIMITS.recordLifetimeMs / 4) return warning('record', until, NOT_RENEWED);
  return good('record', until);
}

export function checkPhrase(isConfirmed: boolean): Check {
  if (isConfirmed) return good('recovery phrase', 'confirmed, and not kept by the node');
  const fix = 'Run "conclave init" on a terminal, write the words down and type them.';
  return warning(
    'recovery phrase',
    'nobody has confirmed it: without it a lost key file is the end of the organisation',
    fix,
  );
}

export function checkNetwork({ mode }: NetworkSettings): Check {
  if (mode === 'off')
    return warning(
      'network',
      'Network access is off: no other organisation is reached',
      'conclave network set allow-list',
    );
  return good('network', `Network access is ${mode}`);
}

export function checkPeer(peer: PeerStatus, nowMs: number): Check {
  const { connected, lastContactAt, queued } = peer;
  const name = `partner ${peer.domain || peer.name}`;
  if (peer.warning !== null)
    return warning(name, peer.warning, `Ask ${peer.name}, then: conclave peer approve or block`);
  if (peer.state === 'seen')
    return warning(name, 'it called and is not approved', `conclave peer approve ${peer.domain}, or block`);
  if (peer.state === 'blocked') return skipped(name, 'blocked');
  if (connected) return good(name, queued === 0 ? 'connected' : `connected, ${queued} positions not confirmed yet`);
  const since = lastContactAt === null ? 'never reached' : `last contact ${showSpan(nowMs - lastContactAt)} ago`;
  const fix = `Ask ${peer.name || peer.domain} whether its node runs and its federation port is open, and whether it approved you.`;
  return peer.state === 'open'
    ? warning(name, since, fix)
    : bad(name, `not connected, ${since}; ${queued} positions wait`, fix);
}
