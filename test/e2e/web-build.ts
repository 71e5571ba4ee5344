// Builds a page of the web client in memory, as it is shipped.
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';

export const web = fileURLToPath(new URL('../../web/', import.meta.url));
export type WebOutput = Rolldown.RolldownOutput['output'];
export type Chunk = Rolldown.OutputChunk;

function collectWorker(worker: Chunk[]): Plugin {
  return {
    name: 'collect-worker',
    generateBundle(_, bundle) {
      worker.push(...Object.values(bundle).filter((file) => file.type === 'chunk'));
    },
  };
}

/**
 * Without a page: the one that is shipped. `worker` gets the worker's chunks, which the output
 * has only as text. The test runner's NODE_ENV would bring in React's development build.
 */
export async function buildWeb(page = 'index.html', worker: Chunk[] = []): Promise<WebOutput> {
  const built = await asShipped(() =>
    build({
      configFile: `${web}vite.config.ts`,
      logLevel: 'error',
      worker: { plugins: () => [collectWorker(worker)] },
      build: { write: false, rolldownOptions: { input: web + page } },
    }),
  );
  return (built as Rolldown.RolldownOutput).output;
}

/** The one that is shipped, in a folder, for a test that changes it. */
export async function buildInto(outDir: string): Promise<void> {
  await asShipped(() => build({ configFile: `${web}vite.config.ts`, logLevel: 'error', build: { outDir } }));
}

async function asShipped<T>(work: () => Promise<T>): Promise<T> {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    return await work();
  } finally {
    process.env.NODE_ENV = before;
  }
}
