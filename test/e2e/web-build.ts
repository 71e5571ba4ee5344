// Builds a page of the web client in memory, as it is shipped.
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

export const web = fileURLToPath(new URL('../../web/', import.meta.url));
export type WebOutput = Rolldown.RolldownOutput['output'];
export type Chunk = Rolldown.OutputChunk;

/** Without a page: the one that is shipped. The test runner's NODE_ENV would bring in React's development build. */
export async function buildWeb(page = 'index.html'): Promise<WebOutput> {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    const built = await build({
      configFile: `${web}vite.config.ts`,
      logLevel: 'error',
      build: { write: false, rolldownOptions: { input: web + page } },
    });
    return (built as Rolldown.RolldownOutput).output;
  } finally {
    process.env.NODE_ENV = before;
  }
}
