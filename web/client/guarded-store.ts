/** A store for as long as an account is open (ports.ts). */
import { Fault } from '../../protocol/result.ts';
import type { Store } from './ports.ts';

/** After the end nothing is written, and nobody is told that it was: the store may be another account's by then. */
export function guarded(store: Store, isClosed: () => boolean): Store {
  return {
    get: (key) => store.get(key),
    list: (prefix) => store.list(prefix),
    write: async (changes) => {
      if (isClosed()) throw new Fault('signed out');
      await store.write(changes);
    },
    clear: (except) => store.clear(except),
  };
}
