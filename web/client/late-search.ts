/**
 * Search, loaded a moment after there is a connection, or when somebody searches. Always holds: what comes until then is not lost on
 * the index; what fails in it is reported, and nothing else notices.
 */

import type { ChatId } from '../../protocol/ids.ts';
import { later } from '../../protocol/later.ts';
import { Fault } from '../../protocol/result.ts';
import type { Chat, Known } from './desk.ts';
import type { Index, IndexedRef, IndexPlace } from './ports.ts';
import type { FillingParts } from './search/filling.ts';
import type { Search } from './search/search.ts';

export interface LateSearch {
  /** These came, or changed. */
  take(chat: Chat, known: readonly Known[]): void;
  drop(ref: IndexedRef): void;
  reopened(chat: Chat): void;
  gone(id: ChatId): void;
  missed(): void;
  /** There is a connection, or somebody looks again. */
  wake(): void;
  /** Throws `Fault`. */
  open(): Promise<Search>;
  close(): void;
}

interface LateSearchParts extends Omit<FillingParts, 'index'> {
  /** Null: nothing is kept here. */
  readonly place: IndexPlace | null;
  readonly owner: string;
}

/** The first list and the first conversation come before. */
const BEGIN_MS = 2_500;
const MOST_WAITING = 5_000;

export function createLateSearch(parts: LateSearchParts): LateSearch {
  const { place, owner, report, clock } = parts;
  let opened: Promise<Search> | null = null;
  let isBegun = false;
  let isClosed = false;
  let waiting: ((search: Search) => Promise<void> | undefined)[] = [];
  let isMissed = false;

  async function load(): Promise<Search> {
    const { createSearch } = await later(() => import('./search/search.ts'));
    const index = place && (await orNull(place.open(owner)));
    const search = createSearch({ ...parts, index });
    if (isClosed) {
      await search.close();
      throw new Fault('signed out');
    }
    await search.filling?.begin();
    const works = waiting;
    waiting = [];
    if (isMissed) await search.filling?.missed();
    for (const work of works) await work(search);
    return search;
  }

  /** A device on which nothing can be kept searches on its node only. */
  async function orNull(opening: Promise<Index>): Promise<Index | null> {
    try {
      return await opening;
    } catch (error) {
      report(error);
      return null;
    }
  }

  function open(): Promise<Search> {
    if (isClosed) return Promise.reject(new Fault('signed out'));
    opened ??= load();
    return opened.catch((error: unknown) => {
      opened = null;
      throw error;
    });
  }

  function later_(work: (search: Search) => Promise<void> | undefined): void {
    if (!place) return;
    if (opened) void opened.then(work).catch(told);
    else if (waiting.length < MOST_WAITING) waiting.push(work);
    else isMissed = true;
  }

  function told(error: unknown): void {
    if (!(error instanceof Fault)) report(error);
  }

  return {
    take: (chat, known) => later_(({ filling }) => filling?.take(chat, known)),
    drop: (ref) => later_(({ filling }) => filling?.drop(ref)),
    reopened: (chat) => later_(({ filling }) => filling?.reopened(chat)),
    gone: (id) => later_(({ filling }) => filling?.gone(id)),
    missed: () => later_(({ filling }) => filling?.missed()),
    wake() {
      if (opened) void opened.then(({ filling }) => filling?.wake()).catch(told);
      if (isBegun || !place) return;
      isBegun = true;
      clock.after(BEGIN_MS, () => void open().catch(told));
    },
    open,
    close() {
      isClosed = true;
      void opened?.then((search) => search.close()).catch(told);
    },
  };
}
