/** The Store port in memory, for node: bots, load and tests. Values are cloned on both ways, as a disk would. */
import type { Store } from './ports.ts';

export function createMemoryStore(): Store {
  const values = new Map<string, unknown>();
  function dropWhere(isDropped: (key: string) => boolean): void {
    for (const key of values.keys()) if (isDropped(key)) values.delete(key);
  }
  return {
    async get(key) {
      return structuredClone(values.get(key));
    },
    async list(prefix) {
      const keys = [...values.keys()].filter((key) => key.startsWith(prefix)).sort();
      return keys.map((key) => structuredClone(values.get(key)));
    },
    async write(changes) {
      const cloned = structuredClone(changes);
      for (const change of cloned) {
        if ('dropAll' in change) dropWhere((key) => key.startsWith(change.dropAll));
        else if ('drop' in change) values.delete(change.key);
        else values.set(change.key, change.value);
      }
    },
    async clear(except) {
      dropWhere((key) => except === undefined || !key.startsWith(except));
    },
  };
}
