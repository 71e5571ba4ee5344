/** Search, put together: an index that fills, and answers from it and from the node. Loaded when there is time for it. */
import { hlcMs } from '../../../protocol/hlc.ts';
import type { ChatId } from '../../../protocol/ids.ts';
import type { Chat } from '../desk.ts';
import type { SearchReply } from '../model.ts';
import type { SearchProgress, SearchQuery } from '../search-model.ts';
import { createFilling, type Filling, type FillingParts, isLocal } from './filling.ts';
import { createFinding } from './finding.ts';
import { reachedMs } from './walk.ts';

export interface Search {
  readonly filling: Filling | null;
  find(query: SearchQuery): Promise<SearchReply>;
  progress(chat: ChatId | null): SearchProgress;
  close(): Promise<void>;
}

/** `index` null: there is none on this device, and only the node answers. */
export function createSearch(
  parts: Omit<FillingParts, 'index'> & { readonly index: FillingParts['index'] | null },
): Search {
  const { index, desk, clock, mayWork } = parts;
  const filling = index && createFilling({ ...parts, index });
  const finding = createFinding(parts);

  function progress(id: ChatId | null): SearchProgress {
    const all = id === null ? [...desk.chats.values()] : [desk.chats.get(id)];
    const chats = all.filter((chat) => chat !== undefined && isLocal(chat)) as Chat[];
    if (!filling) return { is: chats.length > 0 ? 'unavailable' : 'whole' };
    const now = clock.now();
    let [wanted, done, back] = [0, 0, 0];
    for (const chat of chats) {
      const reached = reachedMs(filling.walkOf(chat.record.summary.chat));
      const beginMs = beginOf(chat) ?? reached ?? now;
      wanted += Math.max(1, now - beginMs);
      done += reached === null ? 0 : Math.max(1, now - Math.max(reached, beginMs));
      back = Math.max(back, reached ?? now);
    }
    if (back === 0) return { is: 'whole' };
    const share = Math.min(0.99, done / wanted);
    return { is: mayWork() ? 'filling' : 'waiting', back: done > 0 ? back : null, share };
  }

  return {
    filling,
    progress,
    find: async (query) => ({ ...(await finding(query)), progress: progress(query.chat) }),
    async close() {
      filling?.close();
      await index?.close();
    },
  };
}

/** When the chat began (ms), as its control log says; null: that is not here. */
function beginOf({ control }: Chat): number | null {
  const genesis = control?.state.genesis;
  return genesis && 'hlc' in genesis ? hlcMs(genesis.hlc) : null;
}
