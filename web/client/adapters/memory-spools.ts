/** The SpoolStore port without a disk: for tests, and for windows in which a browser keeps nothing. Browsers put large blobs on disk. */
import type { SpoolStore } from '../files/ports.ts';

export function createMemorySpools(): SpoolStore {
  const ended = new Map<string, Blob>();
  return {
    async create(name) {
      const pieces: Blob[] = [];
      ended.delete(name);
      return {
        async write(piece) {
          pieces.push(new Blob([piece]));
        },
        async end() {
          ended.set(name, new Blob(pieces));
        },
      };
    },
    open: async (name) => ended.get(name) ?? null,
    async remove(name) {
      ended.delete(name);
    },
    names: async () => [...ended.keys()],
  };
}
