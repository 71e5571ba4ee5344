/**
 * One small secret file (mode 0600). Always holds: after `write` the file on disk is the new one, whole, or still the old one,
 * whatever stopped the machine.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KeyFile } from '../ports.ts';

export function openKeyFile(path: string): KeyFile {
  return {
    read() {
      try {
        return readFileSync(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write(text) {
      const draft = `${path}.new`;
      const file = openSync(draft, 'w', 0o600);
      writeSync(file, text);
      fsyncSync(file);
      closeSync(file);
      renameSync(draft, path);
      syncFolder(dirname(path));
    },
  };
}

function syncFolder(path: string): void {
  // Windows neither can nor has to.
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
