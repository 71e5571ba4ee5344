/**
 * One client of the push socket: hello, the replay of what it missed, then live. Always holds: everything durable that is for
 * its account comes once, in order of arrival: while it replays, the disk has what the live pushes would bring, and it goes live
 * in the turn in which the disk was found to have nothing more.
 */
import type { Push } from '../../../protocol/api/socket.ts';
import type { AccountId, Arrival } from '../../../protocol/ids.ts';
import type { Item } from '../../chats/feed.ts';
import type { Replay } from '../../chats/replay.ts';
import type { Wire } from './wire.ts';

export interface Seat {
  readonly account: AccountId;
  /** Where to begin. False: said before. */
  hello(from: Arrival): boolean;
  /** A durable push that is for this account, as it became known. */
  live(arrival: Arrival, text: string): void;
  /** Of the moment. Nothing is said to who has not said hello. */
  now(text: string): void;
  /** Tells how far everything has been sent, when that has not been said for long. */
  tellPosition(): void;
}

export interface SeatUses {
  readonly account: AccountId;
  readonly wire: Wire;
  readonly replay: Replay;
  readonly committed: () => Arrival;
  /** As this account gets it; null: not for it. */
  readonly textFor: (account: AccountId, item: Item) => string | null;
  readonly onResync: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Further behind, loading the list anew is quicker. */
const MOST_BEHIND = 20_000;
const PAGE = 200;
const SOME_CHARACTERS = 256 * 1024;
/** Untold positions cost a reconnecting client a longer replay. */
const TELL_EVERY = 1_000;

export function createSeat(uses: SeatUses): Seat {
  const { account, wire, replay, committed, textFor, onResync, onFault } = uses;
  let state: 'new' | 'replaying' | 'live' = 'new';
  let position: Arrival = 0;
  let told: Arrival = 0;

  async function replayAll(): Promise<void> {
    for (;;) {
      const before = committed();
      const { items, next, done } = replay.items(account, position, PAGE);
      for (const item of items) await bring(item);
      position = Math.max(position, next);
      if (!wire.isOpen()) return;
      if (done && committed() === before) break;
    }
    state = 'live';
    sayReady(position);
  }

  async function bring(item: Item): Promise<void> {
    const text = wire.isOpen() ? textFor(account, item) : null;
    if (text !== null) wire.push(text);
    if (wire.collected() > SOME_CHARACTERS) await wire.settle();
  }

  function sayReady(arrival: Arrival): void {
    told = arrival;
    wire.push(JSON.stringify({ t: 'ready', arrival } satisfies Push));
  }

  return {
    account,
    hello(from) {
      if (state !== 'new') return false;
      state = 'replaying';
      position = from;
      // Ahead of all there is: the node was restored from a backup.
      if (from > committed() || committed() - from > MOST_BEHIND) onResync();
      else replayAll().catch(onFault);
      return true;
    },
    live(arrival, text) {
      if (state !== 'live' || arrival <= position) return;
      position = arrival;
      wire.push(text);
    },
    now(text) {
      if (state !== 'new') wire.push(text);
    },
    tellPosition() {
      if (state !== 'live') return;
      position = Math.max(position, committed());
      if (position - told >= TELL_EVERY) sayReady(position);
    },
  };
}
