/**
 * Files that are played or saved: opened here as the browser asks for their parts (client/files/serving.ts). Always holds: no key is ever in an
 * address, and no address of a file is asked of the node.
 */
import { createFetchBlob } from '../client/files/fetching.ts';
import { readSealed } from '../client/files/reading.ts';
import { serveFile } from '../client/files/serving.ts';
import { FILE_PATH, type FileForWorker, type FromFileWorker, type ToFileWorker } from '../client/files/stream-talk.ts';
import { scope } from './scope.ts';

const ANSWER_MS = 3_000;
const known = new Map<string, FileForWorker>();

scope.addEventListener('message', ({ data, ports }) => {
  const said = data as Partial<ToFileWorker> | null;
  if (said?.t !== 'file' || said.token === undefined || said.file === undefined) return;
  known.set(said.token, said.file);
  ports[0]?.postMessage(null);
});

/** Null: not the address of a file. */
export function answerFromFile(request: Request, url: URL): Promise<Response> | null {
  const isFile = url.origin === scope.location.origin && url.pathname.startsWith(FILE_PATH);
  return isFile ? answer(request, url.pathname.slice(FILE_PATH.length)) : null;
}

async function answer(request: Request, token: string): Promise<Response> {
  const file = known.get(token) ?? (await askPages(token));
  if (!file || request.method !== 'GET') return new Response(null, { status: 404 });
  known.set(token, file);
  const fetchBlob = createFetchBlob('', file.chat, (address, init) => fetch(address, init));
  const reading = readSealed(file.sealed, {
    fetchBlob,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  return serveFile(reading, file, request.headers.get('range'));
}

/** The browser had ended this worker: a page that is open still knows. */
async function askPages(token: string): Promise<FileForWorker | null> {
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), ANSWER_MS);
    for (const page of pages) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data as FileForWorker);
      page.postMessage({ t: 'file?', token } satisfies FromFileWorker, [port2]);
    }
  });
}
