/**
 * The Worker of the search index: SQLite runs in it and nothing else, so that whatever happens to the index never stops the messenger,
 * which may end this Worker at any time.
 */
import type { Index } from '../ports.ts';
import type { FromIndex, ToIndex } from '../search/index-talk.ts';
import { openSqlIndex } from '../search/sql-index.ts';
import { openWasmSql } from './browser/wasm-sql.ts';

let index: Index | null = null;

async function open(folder: string, owner: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const sql = await openWasmSql(await root.getDirectoryHandle(folder, { create: true }));
  try {
    index = openSqlIndex(sql, owner);
  } catch (error) {
    sql.close();
    throw error;
  }
}

async function answer(asked: ToIndex): Promise<unknown> {
  if (asked.t === 'open') return open(asked.folder, asked.owner);
  if (!index) throw new Error('the index is not open');
  if (asked.t === 'close') return index.close();
  const work = index[asked.what] as (...given: unknown[]) => Promise<unknown>;
  return work.apply(index, asked.with);
}

/** One after the other, in the order that they came. */
let last = Promise.resolve();
self.addEventListener('message', ({ data }: MessageEvent<ToIndex>) => {
  last = last.then(async () => {
    const { id } = data;
    let said: FromIndex;
    try {
      said = { id, ok: true, value: (await answer(data)) ?? null };
    } catch (error) {
      said = { id, ok: false, why: error instanceof Error ? error.message : String(error) };
    }
    self.postMessage(said);
  });
});
