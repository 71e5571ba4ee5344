/**
 * The IndexPlace port in a browser: a Worker of its own that has the files. Always holds: an answer that does not come in time ends that
 * Worker; what cannot be opened is wiped and begun anew, because it can always be filled again.
 */
import { Fault } from '../../../../protocol/result.ts';
import type { Clock, Index, IndexPlace } from '../../ports.ts';
import type { FromIndex, IndexAsked, ToIndex } from '../../search/index-talk.ts';
import indexWorkerUrl from '../index.worker.ts?worker&url';
import { trusted } from './trusted.ts';

const ANSWER_MS = 20_000;
/** The Worker of a tab that was just closed lets go of its files only a moment later. */
const TRIES = 8;
const RETRY_MS = 250;

type ToSend = ToIndex extends infer T ? (T extends ToIndex ? Omit<T, 'id'> : never) : never;

/** `folder`: of the browser's private file system. */
export function createIndexPlace(folder: string, clock: Clock): IndexPlace {
  let talk: IndexTalk | null = null;
  const pause = () => new Promise<void>((over) => clock.after(RETRY_MS, over));
  const end = () => {
    talk?.end('the index was closed');
    talk = null;
  };

  async function tryOpen(owner: string): Promise<Index> {
    const opening = new IndexTalk(clock);
    talk = opening;
    await opening.send({ t: 'open', folder, owner });
    return indexOver(opening);
  }

  async function remove(): Promise<void> {
    const root = await navigator.storage.getDirectory();
    for (let tries = 1; ; tries++) {
      try {
        await root.removeEntry(folder, { recursive: true });
        return;
      } catch (error) {
        if (error instanceof DOMException && error.name === 'NotFoundError') return;
        if (tries === TRIES) throw error;
        await pause();
      }
    }
  }

  return {
    async open(owner) {
      for (let tries = 1; ; tries++) {
        try {
          end();
          return await tryOpen(owner);
        } catch (error) {
          end();
          if (tries === 3) throw error;
          // Perhaps it is only still in use; perhaps it is broken, or of somebody else.
          await pause();
          if (tries === 2) await remove();
        }
      }
    },
    async wipe() {
      end();
      await remove();
    },
  };
}

function indexOver(talk: IndexTalk): Index {
  const ask = (what: IndexAsked, given: unknown[]) => talk.send({ t: 'ask', what, with: given });
  return {
    write: async (change) => void (await ask('write', [change])),
    find: (query) => ask('find', [query]) as ReturnType<Index['find']>,
    lacking: (refs) => ask('lacking', [refs]) as ReturnType<Index['lacking']>,
    notes: (prefix) => ask('notes', [prefix]) as ReturnType<Index['notes']>,
    async close() {
      await talk.send({ t: 'close' });
      talk.end('the index was closed');
    },
  };
}

class IndexTalk {
  readonly #clock: Clock;
  readonly #worker = new Worker(trusted(indexWorkerUrl), { type: 'module', name: 'index' });
  readonly #waiting = new Map<number, (said: FromIndex) => void>();
  #ended: string | null = null;
  #next = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromIndex>) => this.#waiting.get(data.id)?.(data));
    this.#worker.addEventListener('error', () => this.end('the index stopped'));
  }

  async send(asked: ToSend): Promise<unknown> {
    if (this.#ended) throw new Fault(this.#ended);
    const id = this.#next++;
    const { promise, resolve } = Promise.withResolvers<FromIndex>();
    const timer = this.#clock.after(ANSWER_MS, () => this.end('the index does not answer'));
    this.#waiting.set(id, resolve);
    this.#worker.postMessage({ ...asked, id } as ToIndex);
    const said = await promise;
    timer.cancel();
    this.#waiting.delete(id);
    if (!said.ok) throw new Fault(`the index failed: ${said.why}`);
    return said.value;
  }

  end(why: string): void {
    if (this.#ended) return;
    this.#ended = why;
    this.#worker.terminate();
    for (const [id, resolve] of this.#waiting) resolve({ id, ok: false, why });
  }
}
