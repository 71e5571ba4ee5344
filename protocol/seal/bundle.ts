/**
 * A bundle: the wraps for the members of one organisation (SEAL 4.1). It travels beside the request that names it by hash and
 * length. Always holds: accounts are sorted, none stands twice. Nodes read which account has a wrap, never what is inside.
 */

import { bytesUpTo, decode, encode, fields, hash32, id, list, type TypeOf, uint, version } from '../codec.ts';
import { taggedHash } from '../hash.ts';
import { type AccountId, type ChatId, type Hash, idBytes, type OrgId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../result.ts';
import { isSorted, sortedBy } from './sorted.ts';
import { type Base, sealWrap, type WrapInside } from './wrap.ts';

const wrap = fields({ account: id('account'), ukGen: uint(), sealed: bytesUpTo(LIMITS.bundleBytes) });
const bundle = fields({
  v: version(1),
  chatId: id('chat'),
  org: id('org'),
  baseCpos: uint(),
  baseHash: hash32,
  wraps: list(wrap, LIMITS.wrapsPerBundle),
});
export type Wrap = TypeOf<typeof wrap>;
export type Bundle = TypeOf<typeof bundle>;

export interface Recipient {
  readonly account: AccountId;
  /** Generation and bytes of the pinned user key. */
  readonly ukGen: number;
  readonly uk: Uint8Array;
  readonly inside: WrapInside;
}

/** What key material names. */
export function bundleHash(bundleBytes: Uint8Array): Hash {
  return taggedHash('bundle', bundleBytes);
}

/** Refuses what is not a bundle; as `malformed` wraps out of order or two for one account. */
export function decodeBundle(bundleBytes: Uint8Array): Result<Bundle> {
  const read = decode(bundle, bundleBytes, LIMITS.bundleBytes);
  if (!read.ok) return read;
  return isSorted(read.value.wraps.map(({ account }) => idBytes(account))) ? read : refuse('malformed', 'wraps');
}

/** `random(n)`: n random bytes, asked once for each recipient. Refuses `bad_key` and, where it is more than one holds, `too_big`. */
export async function sealBundle(
  chatId: ChatId,
  org: OrgId,
  base: Base,
  recipients: readonly Recipient[],
  random: (bytes: number) => Uint8Array,
): Promise<Result<Uint8Array>> {
  const wraps: Wrap[] = [];
  for (const { account, ukGen, uk, inside } of sortedBy(recipients, (each) => idBytes(each.account))) {
    const sealed = await sealWrap({ chatId, base, org, account, ukGen }, uk, inside, random(32));
    if (!sealed.ok) return sealed;
    wraps.push({ account, ukGen, sealed: sealed.value });
  }
  const made = encode(bundle, { v: 1, chatId, org, baseCpos: base.cpos, baseHash: base.chash, wraps });
  return made.length <= LIMITS.bundleBytes ? ok(made) : refuse('too_big', 'bundle');
}
