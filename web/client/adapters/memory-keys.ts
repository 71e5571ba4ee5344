/** The KeyStore port in memory, for node: bots, load and tests, and for a browser that keeps nothing. */
import type { DeviceKeys, KeyStore } from '../ports.ts';
import { drawFreshKeys } from './fresh-keys.ts';

export function createMemoryKeys(): KeyStore {
  let kept: DeviceKeys | null = null;
  return {
    fresh: drawFreshKeys,
    async read() {
      return structuredClone(kept);
    },
    async write(keys) {
      kept = structuredClone(keys);
    },
    async clear() {
      kept = null;
    },
  };
}
