/**
 * The data folder: everything a node keeps, readable by its owner alone, used by one process at a time. The lock is SQLite's own
 * on a small file, which the system drops with the process, however it ended: nothing stale is left after a kill -9.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Connection from 'better-sqlite3';
import { Refused } from '../../protocol/result.ts';

export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  /** Path of a file in it. */
  file(name: string): string;
  /** Gives the lock back. */
  close(): void;
}

/** Makes the folder (mode 0700) if it is not there, and locks it. Refuses (throws) `in_use`. */
export function openFolder(folder: string): DataFolder {
  const path = resolve(folder);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  const lock = openLock(join(path, 'lock'), path);
  return {
    path,
    file: (name) => join(path, name),
    close() {
      lock.close();
    },
  };
}

function openLock(file: string, path: string): Connection.Database {
  const lock = new Connection(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (!(error instanceof Connection.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error;
    throw new Refused(
      'in_use',
      `the data folder ${path} is used by another process: stop it, or choose another with --data`,
    );
  }
}
