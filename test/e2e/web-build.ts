// Builds a page of the web client in memory, as it is shipped.
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';

export const web = fileURLToPath(new URL('../../web/', import.meta.url));
export type WebOutput = Rolldown.RolldownOutput['output'];
export type Chunk = Rolldown.OutputChunk;

/** Each worker is a build of its own; those that a worker starts are too. */
function collectWorker(worker: Chunk[], index: Chunk[]): Plugin {
  return {
    name: 'collect-worker',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const begins = (name: string) => chunks.some(({ facadeModuleId }) => facadeModuleId?.includes(name));
      if (begins('messenger.worker')) worker.push(...chunks);
      if (begins('index.worker')) index.push(...chunks);
    },
  };
}

/**
 * Without a page: the one that is shipped. `worker` gets the chunks of the messenger's worker, and `index` those of
 * the search index, which the output has only as text. The test runner's NODE_ENV would bring in React's development build.
 */
export async function buildWeb(page = 'index.html', worker: Chunk[] = [], index: Chunk[] = []): Promise<WebOutput> {
  const built = await asShipped(() =>
    build({
      configFile: `${web}vite.config.ts`,
      logLevel: 'error',
      worker: { plugins: () => [collectWorker(worker, index)] },
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
