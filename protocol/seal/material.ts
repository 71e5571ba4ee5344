/**
 * What a request says of the keys that it brings (SEAL 4.1): commitments to new secrets, and which bundles travel beside it.
 * Everybody reads it; it holds no key. Always holds: positions rise, organisations are sorted, none stands twice.
 */
import { bytes, decode, encode, fields, hash32, id, list, type TypeOf, uint, version } from '../codec.ts';
import { idBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { type Result, refuse } from '../result.ts';
import { isSorted, sortedBy } from './sorted.ts';

const commit = fields({ cpos: uint(), commit: bytes(32) });
const bundleRef = fields({ org: id('org'), hash: hash32, length: uint(LIMITS.bundleBytes) });
const keyMaterial = fields({
  v: version(1),
  commits: list(commit, LIMITS.intentsPerRequest),
  bundles: list(bundleRef, LIMITS.organisationsPerChat),
});
export type KeyMaterial = TypeOf<typeof keyMaterial>;
export type BundleRef = TypeOf<typeof bundleRef>;

export function encodeKeyMaterial({ commits, bundles }: Omit<KeyMaterial, 'v'>): Uint8Array {
  return encode(keyMaterial, {
    v: 1,
    commits: commits.toSorted((a, b) => a.cpos - b.cpos),
    bundles: sortedBy(bundles, ({ org }) => idBytes(org)),
  });
}

/** Refuses what is not key material; as `malformed` what is out of order or stands twice. */
export function decodeKeyMaterial(bytesOf: Uint8Array): Result<KeyMaterial> {
  const read = decode(keyMaterial, bytesOf, LIMITS.bodyBytes);
  if (!read.ok) return read;
  const { commits, bundles } = read.value;
  const rising = commits.every(({ cpos }, i) => i === 0 || (commits[i - 1]?.cpos ?? 0) < cpos);
  if (!rising) return refuse('malformed', 'commits');
  return isSorted(bundles.map(({ org }) => idBytes(org))) ? read : refuse('malformed', 'bundles');
}
