/** The KeyStore port over IndexedDB, in a database of its own: keys go in as they are, and the browser alone can use them. */
import type { DeviceKeys, KeyStore } from '../../ports.ts';
import { drawFreshKeys } from '../fresh-keys.ts';
import { finished, whole } from './indexeddb.ts';

const TABLE = 'keys';
const THE_ONE = 'device';

export async function openIndexedDbKeys(name: string): Promise<KeyStore> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
  const db = await finished(opening);

  function change(work: (table: IDBObjectStore) => unknown): Promise<void> {
    const transaction = db.transaction(TABLE, 'readwrite', { durability: 'strict' });
    return whole(transaction, () => work(transaction.objectStore(TABLE)));
  }

  return {
    fresh: drawFreshKeys,
    async read() {
      const kept: DeviceKeys | undefined = await finished(
        db.transaction(TABLE, 'readonly').objectStore(TABLE).get(THE_ONE),
      );
      return kept ?? null;
    },
    write: (keys) => change((table) => table.put(keys, THE_ONE)),
    clear: () => change((table) => table.clear()),
  };
}
