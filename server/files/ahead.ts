/**
 * Fetches what entries of other organisations name before anybody asks for it (PROTOCOL 5.8a), so that it is here when its writer
 * is away. Always holds: a few at a time; what cannot be had now is asked for when its organisation is met again.
 */
import type { ChatId, Hash, OrgId } from '../../protocol/ids.ts';
import type { Clock } from '../ports.ts';
import type { Catalogue } from './catalogue.ts';
import type { Fetching } from './fetching.ts';

const AT_ONCE = 2;
const MOST_WAITING = 1_000;

interface Wanted {
  readonly chatId: ChatId;
  readonly hash: Hash;
  readonly org: OrgId;
}

interface Uses {
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly fetching: Fetching;
}

export function createAhead({ clock, catalogue, fetching }: Uses) {
  const waiting: Wanted[] = [];
  let underWay = 0;
  let isStopped = false;
  const add = (wanted: Wanted) => {
    if (waiting.length < MOST_WAITING) waiting.push(wanted);
    clock.after(0, next);
  };
  catalogue.onWanted((chatId, hash, org) => add({ chatId, hash, org }));

  async function next(): Promise<void> {
    if (isStopped || underWay >= AT_ONCE) return;
    const wanted = waiting.shift();
    if (!wanted) return;
    underWay += 1;
    try {
      await fetching.fetch(wanted.chatId, wanted.hash, [wanted.org]);
    } finally {
      underWay -= 1;
      clock.after(0, next);
    }
  }

  return {
    onPeer(org: OrgId): void {
      for (const { chatId, hash } of catalogue.wantedFrom(org, MOST_WAITING)) add({ chatId, hash, org });
    },
    stop(): void {
      isStopped = true;
    },
  };
}
