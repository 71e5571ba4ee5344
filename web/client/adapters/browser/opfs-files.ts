/**
 * SQLite's files over the browser's private file system (OPFS), without shared memory: the database and its journal lie in two files
 * that are opened before SQLite begins, for this Worker alone. Always holds: a journal is there exactly as long as it is not
 * empty, so a write that was cut off is undone by the next start.
 */
import type { Sqlite } from '@sqlite.org/sqlite-wasm';

export const DATABASE = 'index';
const JOURNAL = `${DATABASE}-journal`;
const VFS = 'opfs-files';
const SECTOR_BYTES = 4096;

export interface OpfsFiles {
  readonly vfs: string;
  close(): void;
}

/** Throws where another Worker still has the files. */
export async function installOpfsFiles(sqlite: Sqlite, folder: FileSystemDirectoryHandle): Promise<OpfsFiles> {
  const files = new Map<string, FileSystemSyncAccessHandle>();
  const close = () => {
    for (const file of files.values()) file.close();
  };
  try {
    for (const name of [DATABASE, JOURNAL]) {
      const handle = await folder.getFileHandle(name, { create: true });
      files.set(name, await handle.createSyncAccessHandle());
    }
  } catch (error) {
    close();
    throw error;
  }
  install(sqlite, files);
  return { vfs: VFS, close };
}

type Files = ReadonlyMap<string, FileSystemSyncAccessHandle>;

function install(sqlite: Sqlite, files: Files): void {
  const { capi, wasm, vfs } = sqlite;
  const open = new Map<number, FileSystemSyncAccessHandle>();
  const io = new capi.sqlite3_io_methods();
  io.$iVersion = 1;
  const system = new capi.sqlite3_vfs();
  const usual = new capi.sqlite3_vfs(capi.sqlite3_vfs_find(null));
  Object.assign(system, { $iVersion: 2, $szOsFile: capi.sqlite3_file.structInfo.sizeof, $mxPathname: 64 });
  Object.assign(system, { $xRandomness: usual.$xRandomness, $xSleep: usual.$xSleep });
  usual.dispose();
  const named = (name: number) => files.get(wasm.cstrToJs(name).replace(/^\//, ''));
  vfs.installVfs({
    io: { struct: io, methods: fileMethods(sqlite, open) },
    vfs: {
      name: VFS,
      struct: system,
      methods: {
        ...clockMethods(sqlite),
        xOpen(_vfs: number, name: number, file: number, flags: number, outFlags: number) {
          const handle = name === 0 ? undefined : named(name);
          if (!handle) return capi.SQLITE_CANTOPEN as number;
          open.set(file, handle);
          const struct = new capi.sqlite3_file(file);
          struct.$pMethods = io.pointer;
          struct.dispose();
          if (outFlags) wasm.poke(outFlags, flags, 'i32');
          return 0;
        },
        xAccess(_vfs: number, name: number, _flags: number, out: number) {
          const handle = named(name);
          wasm.poke(out, handle && handle.getSize() > 0 ? 1 : 0, 'i32');
          return 0;
        },
        xDelete(_vfs: number, name: number) {
          const handle = named(name);
          handle?.truncate(0);
          handle?.flush();
          return 0;
        },
        xFullPathname: (_vfs: number, name: number, length: number, out: number) =>
          wasm.cstrncpy(out, name, length) < length ? 0 : (capi.SQLITE_CANTOPEN as number),
        xGetLastError: () => 0,
      },
    },
  });
}

function clockMethods({ wasm }: Sqlite) {
  const julianMs = () => 2440587.5 * 86_400_000 + Date.now();
  return {
    xCurrentTime(_vfs: number, out: number) {
      wasm.poke(out, julianMs() / 86_400_000, 'double');
      return 0;
    },
    xCurrentTimeInt64(_vfs: number, out: number) {
      wasm.poke(out, BigInt(Math.floor(julianMs())), 'i64');
      return 0;
    },
  };
}

function fileMethods({ wasm, capi }: Sqlite, open: Map<number, FileSystemSyncAccessHandle>) {
  const fault = (name: `SQLITE_IOERR${string}`) => capi[name] as number;
  /** What fails is SQLite's to say. */
  const trying = (refused: `SQLITE_IOERR${string}`, work: (file: FileSystemSyncAccessHandle) => number, id: number) => {
    const file = open.get(id);
    try {
      return file ? work(file) : fault(refused);
    } catch {
      return fault(refused);
    }
  };
  return {
    xClose(id: number) {
      open.delete(id);
      return 0;
    },
    xRead(id: number, to: number, length: number, at: bigint) {
      const read = (file: FileSystemSyncAccessHandle) => {
        const into = wasm.heap8u().subarray(to, to + length);
        const count = file.read(into, { at: Number(at) });
        if (count === length) return 0;
        into.fill(0, count);
        return fault('SQLITE_IOERR_SHORT_READ');
      };
      return trying('SQLITE_IOERR_READ', read, id);
    },
    xWrite(id: number, from: number, length: number, at: bigint) {
      const write = (file: FileSystemSyncAccessHandle) =>
        file.write(wasm.heap8u().subarray(from, from + length), { at: Number(at) }) === length
          ? 0
          : fault('SQLITE_IOERR_WRITE');
      return trying('SQLITE_IOERR_WRITE', write, id);
    },
    xTruncate(id: number, size: bigint) {
      const cut = (file: FileSystemSyncAccessHandle) => {
        file.truncate(Number(size));
        return 0;
      };
      return trying('SQLITE_IOERR_TRUNCATE', cut, id);
    },
    xSync(id: number, _flags: number) {
      const flush = (file: FileSystemSyncAccessHandle) => {
        file.flush();
        return 0;
      };
      return trying('SQLITE_IOERR_FSYNC', flush, id);
    },
    xFileSize(id: number, out: number) {
      const size = (file: FileSystemSyncAccessHandle) => {
        wasm.poke(out, BigInt(file.getSize()), 'i64');
        return 0;
      };
      return trying('SQLITE_IOERR_FSTAT', size, id);
    },
    // Nobody else has these files.
    xLock: (_id: number, _kind: number) => 0,
    xUnlock: (_id: number, _kind: number) => 0,
    xCheckReservedLock(_id: number, out: number) {
      wasm.poke(out, 0, 'i32');
      return 0;
    },
    xFileControl: (_id: number, _what: number, _with: number) => capi.SQLITE_NOTFOUND as number,
    xSectorSize: (_id: number) => SECTOR_BYTES,
    xDeviceCharacteristics: (_id: number) => capi.SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN as number,
  };
}
