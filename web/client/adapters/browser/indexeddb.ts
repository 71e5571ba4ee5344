/**
 * The Store port over IndexedDB: one object store of values under text keys. A write is one transaction; what holds a queued message
 * is forced to disk before it is answered for, the rest could be had from the node again.
 */
import { STORE } from '../../keys.ts';
import type { Change, Store } from '../../ports.ts';

const TABLE = 'values';

export async function openIndexedDbStore(name: string): Promise<Store> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
  const db = await finished(opening);

  function begin(mode: IDBTransactionMode, durability: IDBTransactionDurability = 'default') {
    const transaction = db.transaction(TABLE, mode, { durability });
    return { transaction, table: transaction.objectStore(TABLE) };
  }

  return {
    get: (key) => finished(begin('readonly').table.get(key)),
    list: (prefix) => finished(begin('readonly').table.getAll(rangeOf(prefix))),
    async write(changes) {
      const isQueued = (change: Change) => 'key' in change && change.key.startsWith(STORE.outbox);
      const { transaction, table } = begin('readwrite', changes.some(isQueued) ? 'strict' : 'relaxed');
      await whole(transaction, () => {
        for (const change of changes) apply(table, change);
      });
    },
    async clear(except) {
      const { transaction, table } = begin('readwrite', 'strict');
      await whole(transaction, () => {
        if (except === undefined) return table.clear();
        table.delete(IDBKeyRange.upperBound(except, true));
        return table.delete(IDBKeyRange.lowerBound(after(except)));
      });
    },
  };
}

function apply(table: IDBObjectStore, change: Change): void {
  if ('dropAll' in change) table.delete(rangeOf(change.dropAll));
  else if ('drop' in change) table.delete(change.key);
  else table.put(change.value, change.key);
}

/** All keys that begin so. */
function rangeOf(prefix: string): IDBKeyRange {
  return prefix === '' ? IDBKeyRange.lowerBound('') : IDBKeyRange.bound(prefix, after(prefix), false, true);
}

/** The first text that no longer begins with it. */
function after(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

/** Everything that `work` asks for, or nothing: what throws on the way takes the rest with it. */
export function whole(transaction: IDBTransaction, work: () => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the write was given up'));
    try {
      work();
    } catch (error) {
      transaction.abort();
      reject(error);
    }
  });
}

export function finished<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
