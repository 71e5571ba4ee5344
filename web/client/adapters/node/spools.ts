/** The SpoolStore port over a folder of its own among the temporary ones: made with the first file, gone with the program. */
import { openAsBlob, rmSync } from 'node:fs';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpoolStore } from '../../files/ports.ts';

/** What lies there is sealed; its folder is for this user alone. */
export function createFolderSpools(): SpoolStore {
  let making: Promise<string> | null = null;
  const folder = () => {
    making ??= mkdtemp(join(tmpdir(), 'conclave-files-')).then((made) => {
      process.once('exit', () => rmSync(made, { recursive: true, force: true }));
      return made;
    });
    return making;
  };
  return {
    async create(name) {
      const file = await open(join(await folder(), name), 'w', 0o600);
      return {
        write: async (piece) => void (await file.writeFile(piece)),
        end: () => file.close().catch(() => undefined),
      };
    },
    async open(name) {
      return openAsBlob(join(await folder(), name)).catch(() => null);
    },
    async remove(name) {
      if (making) await rm(join(await making, name), { force: true });
    },
    async names() {
      return making ? readdir(await making) : [];
    },
  };
}
