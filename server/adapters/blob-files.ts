/**
 * The `BlobStore` port over a folder: `HH/HASH` whole files by the hex of their SHA-256, `parts/NAME` what is not whole yet.
 * Always holds: a file under a hash was synced before it got that name, and so was its folder when `keep` resolves; nobody but
 * the owner of the node reads any of it. PROTOCOL 5.8a.
 */
import type { FileHandle } from 'node:fs/promises';
import { link, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, Fault } from '../../protocol/result.ts';
import type { BlobFile, BlobStore, PartFile } from '../ports.ts';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** `folder` is made when the first file comes. */
export function openBlobFiles(folder: string): BlobStore {
  const parts = join(folder, 'parts');
  const partPath = (part: string): string => {
    assert(/^[a-z0-9_-]{1,80}$/i.test(part), 'name of a part');
    return join(parts, part);
  };
  const folderOf = (hash: Uint8Array) => join(folder, hash.toHex().slice(0, 2));
  const blobPath = (hash: Uint8Array) => join(folderOf(hash), hash.toHex());

  async function keep(part: string, hash: Uint8Array): Promise<void> {
    await mkdir(folderOf(hash), { recursive: true, mode: FOLDER_MODE });
    await link(partPath(part), blobPath(hash)).catch(async (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return;
      // A file system without links: a crash right after this costs the upload, never a file.
      if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(codeOf(error))) throw error;
      await rename(partPath(part), blobPath(hash));
    });
    await syncFolder(folderOf(hash));
  }

  async function blobs(): Promise<Uint8Array[]> {
    const folders = (await names(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
    const found = await Promise.all(folders.map((name) => names(join(folder, name))));
    return found
      .flat()
      .filter((name) => /^[0-9a-f]{64}$/.test(name))
      .map((name) => Uint8Array.fromHex(name));
  }

  return {
    partBytes: (part) => faulty(async () => (await sizeOf(partPath(part))) ?? 0),
    openPart: (part, from) =>
      faulty(async () => {
        await mkdir(parts, { recursive: true, mode: FOLDER_MODE });
        const handle = await openOrMake(partPath(part));
        await handle.truncate(from);
        return partFile(handle);
      }),
    removePart: (part) => faulty(() => rm(partPath(part), { force: true })),
    keep: (part, hash) => faulty(() => keep(part, hash)),
    openBlob: (hash) => faulty(() => openBlob(blobPath(hash))),
    removeBlob: (hash) => faulty(() => rm(blobPath(hash), { force: true })),
    parts: () => faulty(() => names(parts)),
    blobs: () => faulty(blobs),
    freeBytes: () =>
      faulty(async () => {
        await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
        const { bavail, bsize } = await statfs(folder);
        return bavail * bsize;
      }),
  };
}

async function openOrMake(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return open(path, 'w+', FILE_MODE);
  }
}

function partFile(handle: FileHandle): PartFile {
  return {
    write: (pieces, at) =>
      faulty(async () => {
        const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
        const { bytesWritten } = await handle.writev([...pieces], at);
        // Short writes come with a full disk.
        if (bytesWritten !== bytes)
          await handle.write(Buffer.concat(pieces).subarray(bytesWritten), 0, null, at + bytesWritten);
      }),
    read: (at, length) => faulty(() => readAt(handle, at, length)),
    sync: () => faulty(() => handle.datasync()),
    close: () => faulty(() => handle.close()),
  };
}

async function openBlob(path: string): Promise<BlobFile | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const { size } = await handle.stat();
  return {
    bytes: size,
    read: (at, length) => faulty(() => readAt(handle, at, length)),
    close: () => faulty(() => handle.close()),
  };
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const into = Buffer.allocUnsafeSlow(length);
  for (let have = 0; have < length; ) {
    const { bytesRead } = await handle.read(into, have, length - have, at + have);
    if (bytesRead === 0) throw new Fault('a file is shorter than it was');
    have += bytesRead;
  }
  return into;
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function names(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What the disk says is a fault, not a bug. */
async function faulty<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault || codeOf(error) === '') throw error;
    throw new Fault(`disk: ${codeOf(error)}`, { cause: error });
  }
}
