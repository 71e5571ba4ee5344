/**
 * The record chain that an invitation brings (PROTOCOL 4.1). Always holds: it is verified once, though the judge asks, the
 * reducer again, and a trial of the whole request before both; nothing but the time tells.
 */
import { claimedOrgId, type Organisation, verifyChain } from '../identity/organisation.ts';
import { type Result, refuse } from '../result.ts';
import type { Intent } from './intent.ts';

const verified = new WeakMap<Uint8Array, Result<Organisation>>();

/** Refuses `bad_record`: no valid chain, or another organisation's. */
export function invitedChain({
  org,
  orgChain,
}: Pick<Extract<Intent, { is: 'invite' }>, 'org' | 'orgChain'>): Result<Organisation> {
  const claimed = claimedOrgId(orgChain);
  if (!claimed.ok || claimed.value !== org) return refuse('bad_record', 'invitation');
  const known = verified.get(orgChain);
  if (known) return known;
  const read = verifyChain(orgChain);
  const result = read.ok ? read : refuse('bad_record', 'invitation');
  verified.set(orgChain, result);
  return result;
}
