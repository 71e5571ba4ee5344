// A page that is built for one test: an entry that puts something of the client on `window`, bundled as the real one is.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface BuiltPage {
  /** As a node serves it. */
  readonly folder: string;
  remove(): void;
}

/** `entry`: source of the page's script; what it imports is relative to the project's root, as `~/web/...`. */
export async function buildPage(entry: string): Promise<BuiltPage> {
  const output = join(root, 'test', 'output');
  mkdirSync(output, { recursive: true });
  const source = mkdtempSync(join(output, 'page-'));
  writeFileSync(
    join(source, 'index.html'),
    '<!doctype html><title>Test</title><script type="module" src="/entry.ts"></script>',
  );
  writeFileSync(join(source, 'entry.ts'), entry);
  const folder = join(source, 'dist');
  await build({
    root: source,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '~': root } },
    worker: { format: 'es' },
    build: { outDir: folder, target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
  return { folder, remove: () => rmSync(source, { recursive: true, force: true }) };
}
