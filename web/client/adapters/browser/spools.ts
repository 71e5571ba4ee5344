/**
 * The SpoolStore port over the browser's own folder for this site (OPFS), from a Worker. What would not fit there, by what the browser
 * grants, is kept as blobs, which browsers put on disk too, but which do not outlive the window.
 */
import { Refused } from '../../../../protocol/result.ts';
import type { SpoolStore, SpoolWriter } from '../../files/ports.ts';
import { createMemorySpools } from '../memory-spools.ts';

const FOLDER = 'uploads';
/** What is left free for everything else that the browser keeps. */
const SPARE_BYTES = 64 * 1024 * 1024;

/** As Workers have it. */
interface SyncHandle {
  write(piece: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  flush(): void;
  close(): void;
}
type SyncFile = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncHandle> };

export async function openBrowserSpools(): Promise<SpoolStore> {
  const memory = createMemorySpools();
  const folder = await openFolder();
  if (!folder) return memory;
  const remove = (name: string) => folder.removeEntry(name).catch(() => undefined);
  return {
    async create(name, bytes) {
      const { quota = 0, usage = 0 } = await navigator.storage.estimate();
      await remove(name);
      if (quota - usage - SPARE_BYTES < bytes) return memory.create(name, bytes);
      const file = (await folder.getFileHandle(name, { create: true })) as SyncFile;
      return writerOf(await file.createSyncAccessHandle());
    },
    async open(name) {
      const kept = await memory.open(name);
      if (kept) return kept;
      try {
        return await (await folder.getFileHandle(name)).getFile();
      } catch {
        return null;
      }
    },
    async remove(name) {
      await memory.remove(name);
      await remove(name);
    },
    async names() {
      const names = [...(await memory.names())];
      for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
      return names;
    },
  };
}

/** Null: this browser, or this window of it, keeps no files. */
async function openFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(FOLDER, { create: true });
  } catch {
    return null;
  }
}

function writerOf(handle: SyncHandle): SpoolWriter {
  let at = 0;
  let open = true;
  return {
    async write(piece) {
      try {
        at += handle.write(piece, { at });
      } catch {
        throw new Refused('device_full');
      }
    },
    async end() {
      if (!open) return;
      open = false;
      handle.flush();
      handle.close();
    },
  };
}
