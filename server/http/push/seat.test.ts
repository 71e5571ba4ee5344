import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountId } from '../../../protocol/ids.ts';
import type { Item } from '../../chats/feed.ts';
import { createSeat } from './seat.ts';

const account = `acc_${'a'.repeat(26)}` as AccountId;

/** One position of the arrival order: is there something for the account, and how long is it? */
interface Known {
  readonly arrival: number;
  readonly characters: number | null;
}

/** A disk, a feed and a wire; whenever the wire is waited for, more becomes known. */
function world(first: readonly Known[], later: readonly (readonly Known[])[]) {
  const disk = [...first];
  const coming = [...later];
  const sent: { t?: string; arrival: number }[] = [];
  let unwritten = 0;
  let resyncs = 0;
  const textFor = (_: AccountId, item: Item): string | null => {
    const { arrival, characters } = item as unknown as Known;
    return characters === null ? null : JSON.stringify({ arrival, filler: 'x'.repeat(characters) });
  };
  const becomeKnown = (known: Known) => {
    disk.push(known);
    const text = textFor(account, known as unknown as Item);
    if (text !== null) seat.live(known.arrival, text);
  };
  const more = () => {
    for (const known of coming.shift() ?? []) becomeKnown(known);
  };
  const seat = createSeat({
    account,
    committed: () => disk.at(-1)?.arrival ?? 0,
    textFor,
    onResync: () => {
      resyncs += 1;
    },
    onFault: (error) => {
      throw error;
    },
    replay: {
      items(_, after, limit) {
        const items = disk.filter(({ arrival }) => arrival > after).slice(0, limit);
        const done = items.length < limit;
        const next = items.at(-1)?.arrival ?? after;
        const mine = items.filter(({ characters }) => characters !== null);
        return { items: mine as unknown as Item[], next, done };
      },
    },
    wire: {
      isOpen: () => true,
      push(text) {
        sent.push(JSON.parse(text));
        unwritten += text.length;
      },
      collected: () => unwritten,
      async settle() {
        unwritten = 0;
        more();
        await Promise.resolve();
        more();
      },
      close() {},
    },
  });
  return { seat, disk, sent, becomeKnown, more, resyncs: () => resyncs };
}

/** Positions grow and may leave holes; some hold nothing for the account, some a long body. */
function numbered(gaps: readonly { gap: number; characters: number | null }[], from: number): Known[] {
  let arrival = from;
  return gaps.map(({ gap, characters }) => {
    arrival += gap;
    return { arrival, characters };
  });
}

const gap = fc.record({
  gap: fc.integer({ min: 1, max: 3 }),
  characters: fc.oneof(fc.constant(null), fc.constant(10), fc.constant(300_000)),
});
const gaps = fc.array(gap, { maxLength: 8 });

async function ready(sent: readonly { t?: string }[]): Promise<void> {
  while (!sent.some(({ t }) => t === 'ready')) await Promise.resolve();
}

test('what becomes known while it replays comes once and in order, whenever it does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 420 }),
      gaps,
      fc.array(gaps, { maxLength: 6 }),
      async (small, big, later) => {
        const few = Array.from({ length: small }, () => ({ gap: 1, characters: 10 }));
        const first = numbered([...few, ...big], 0);
        let last = first.at(-1)?.arrival ?? 0;
        const coming = later.map((each) => {
          const known = numbered(each, last);
          last = known.at(-1)?.arrival ?? last;
          return known;
        });
        const { seat, disk, sent, more } = world(first, coming);
        seat.hello(0);
        more();
        await ready(sent);
        for (const _ of coming) more();
        const mine = disk.filter(({ characters }) => characters !== null).map(({ arrival }) => arrival);
        expect(sent.filter(({ t }) => t !== 'ready').map(({ arrival }) => arrival)).toEqual(mine);
      },
    ),
  );
});

test('before hello nothing is said, and a second hello is refused', async () => {
  const { seat, sent, becomeKnown } = world([], []);
  becomeKnown({ arrival: 1, characters: 10 });
  seat.now('{"t":"typing"}');
  expect(sent).toEqual([]);
  expect(seat.hello(0)).toBe(true);
  await ready(sent);
  expect(seat.hello(0)).toBe(false);
});

test('behind by more than is worth replaying, or ahead of all there is: it is to load anew', () => {
  const far = world([{ arrival: 20_001, characters: 10 }], []);
  far.seat.hello(0);
  expect(far.resyncs()).toBe(1);
  const near = world([{ arrival: 20_001, characters: 10 }], []);
  near.seat.hello(1);
  expect(near.resyncs()).toBe(0);
  const ahead = world([{ arrival: 5, characters: 10 }], []);
  ahead.seat.hello(6);
  expect(ahead.resyncs()).toBe(1);
});

test('a client for whom nothing comes is told now and then how far everything has been sent', async () => {
  const { seat, sent, becomeKnown } = world([], []);
  seat.hello(0);
  await ready(sent);
  becomeKnown({ arrival: 999, characters: null });
  seat.tellPosition();
  expect(sent).toEqual([{ t: 'ready', arrival: 0 }]);
  becomeKnown({ arrival: 1_000, characters: null });
  seat.tellPosition();
  expect(sent.at(-1)).toEqual({ t: 'ready', arrival: 1_000 });
});
