/**
 * Who others are, as this account has seen and judged them (SEAL 2.5). Pure. Always holds: while a change is not acknowledged,
 * the pin is still the one from before it.
 */
import { equalBytes } from '../../../protocol/bytes.ts';
import type { Identity } from '../../../protocol/identity/identity-chain.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { type KnownIdentity, pinOf } from '../../../protocol/seal/vault.ts';

export type Mark = 'pinned' | 'verified' | 'changed';

export function markOf({ changed, verified }: KnownIdentity): Mark {
  if (changed) return 'changed';
  return verified ? 'verified' : 'pinned';
}

function firstSight({ org, account, uik }: Identity): KnownIdentity {
  return { org, account, pin: pinOf(uik), verified: false, changed: false };
}

/** What is known after `identity`, the newest, was seen; the same object where that changes nothing. */
export function afterSeeing(known: KnownIdentity | null, identity: Identity): KnownIdentity {
  if (!known) return firstSight(identity);
  const pin = pinOf(identity.uik);
  if (known.changed || equalBytes(known.pin, pin)) return known;
  const at = identity.changes.findIndex(({ uik }) => equalBytes(pinOf(uik), known.pin));
  const vouchedFor = at >= 0 && identity.changes.slice(at + 1).every(({ change }) => change === 'succeed');
  return vouchedFor ? { ...known, pin } : { ...known, verified: false, changed: true };
}

/** After the person signed in compared the numbers (`verified`), or took note of a change. */
export function afterJudging(identity: Identity, as: 'verified' | 'pinned'): KnownIdentity {
  return { ...firstSight(identity), verified: as === 'verified' };
}

/** The identity key that is pinned, where the chain still has it and it is no longer in force. 32 bytes. */
export function formerKey(known: KnownIdentity, identity: Identity): Uint8Array | null {
  if (equalBytes(known.pin, pinOf(identity.uik))) return null;
  return identity.changes.find(({ uik }) => equalBytes(pinOf(uik), known.pin))?.uik ?? null;
}

/** `changes` in place of what was known of the same people. Beyond the limit, those go first that nobody has judged. */
export function withKnown(known: readonly KnownIdentity[], changes: readonly KnownIdentity[]): KnownIdentity[] {
  const names = new Set(changes.map(({ org, account }) => `${org}/${account}`));
  const kept = known.filter(({ org, account }) => !names.has(`${org}/${account}`));
  const all = [...kept, ...changes];
  const tooMany = all.length - LIMITS.knownIdentities;
  if (tooMany <= 0) return all;
  const dropped = new Set(all.filter((each) => !each.verified && !each.changed).slice(0, tooMany));
  return all.filter((each) => !dropped.has(each)).slice(-LIMITS.knownIdentities);
}
