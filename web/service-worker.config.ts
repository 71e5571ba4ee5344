// Builds the service worker beside the client: one script at the root, which knows every file of the build by its hash.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';

/** Larger ones (lists of passwords, WebAssembly) are kept when they are first used. */
const FIRST_FILE_BYTES = 600_000;

type ShellFile = readonly [path: string, hash: string];
interface Shell {
  readonly version: string;
  readonly first: readonly ShellFile[];
  readonly later: readonly ShellFile[];
}

export function serviceWorker(root: string): Plugin {
  return {
    name: 'conclave-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        if (!('index.html' in bundle)) return;
        const source = await buildScript(root, shellOf(bundle, join(root, 'public')));
        this.emitFile({ type: 'asset', fileName: 'sw.js', source });
      },
    },
  };
}

function shellOf(bundle: Rolldown.OutputBundle, publicFolder: string): Shell {
  const files = new Map<string, Uint8Array>();
  for (const file of Object.values(bundle))
    files.set(`/${file.fileName}`, Buffer.from(file.type === 'chunk' ? file.code : file.source));
  for (const name of readdirSync(publicFolder)) files.set(`/${name}`, readFileSync(join(publicFolder, name)));
  const all = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const named = (wanted: (bytes: Uint8Array) => boolean) =>
    all.filter(([, bytes]) => wanted(bytes)).map(([path, bytes]): ShellFile => [path, hashOf(bytes)]);
  const first = named(({ length }) => length <= FIRST_FILE_BYTES);
  const later = named(({ length }) => length > FIRST_FILE_BYTES);
  return { version: hashOf(JSON.stringify([first, later])).slice(0, 16), first, later };
}

function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

/** A service worker can load nothing later: all of it is one script. */
async function buildScript(root: string, shell: Shell): Promise<string> {
  const built = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { SHELL: JSON.stringify(shell) },
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: {
        input: join(root, 'sw/main.ts'),
        output: { format: 'iife', codeSplitting: false },
      },
    },
  });
  const [script] = (built as Rolldown.RolldownOutput).output;
  return script.code;
}
