/** Lists of one spelling: sorted as bytes, none twice. */
import { compareBytes } from '../bytes.ts';

export function isSorted(keys: readonly Uint8Array[]): boolean {
  return keys.every((key, i) => i === 0 || compareBytes(keys[i - 1] as Uint8Array, key) < 0);
}

/** A copy, sorted by what `keyOf` says. */
export function sortedBy<T>(items: readonly T[], keyOf: (item: T) => Uint8Array): T[] {
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ item }) => item);
}
