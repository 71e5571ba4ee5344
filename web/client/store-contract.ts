/**
 * What every Store must keep, as named checks that throw: they run in node over the one in memory, and inside a real browser
 * over the one on its disk. `open` gives the same store again, as a new start of the program would.
 */
import type { Store } from './ports.ts';

type Check = (open: () => Promise<Store>) => Promise<void>;

function same(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
}

export const STORE_CONTRACT: Readonly<Record<string, Check>> = {
  'what was never written is undefined, and lists are empty': async (open) => {
    const store = await open();
    same([await store.get('nothing'), await store.list('nothing/')], [undefined, []]);
  },

  'what was written is there after a new start, in order of the keys': async (open) => {
    const store = await open();
    await store.write([
      { key: 'a/2', value: { n: 2 } },
      { key: 'a/1', value: { n: 1 } },
      { key: 'b/1', value: 'other' },
    ]);
    const again = await open();
    same([await again.get('a/2'), await again.list('a/')], [{ n: 2 }, [{ n: 1 }, { n: 2 }]]);
  },

  'a prefix takes only what begins with it': async (open) => {
    const store = await open();
    await store.write(['x/', 'x/~', 'x/\u{10ffff}', 'x0', 'w'].map((key) => ({ key, value: key })));
    same(await store.list('x/'), ['x/', 'x/~', 'x/\u{10ffff}']);
  },

  'the later change of one write wins, and dropping forgets': async (open) => {
    const store = await open();
    await store.write([
      { key: 'k', value: 1 },
      { key: 'k', value: 2 },
      { key: 'gone', value: 1 },
      { key: 'gone', drop: true },
    ]);
    same([await store.get('k'), await store.get('gone')], [2, undefined]);
    await store.write([{ key: 'k', drop: true }]);
    same(await store.get('k'), undefined);
  },

  'a whole prefix is dropped in one change, in its place among the others': async (open) => {
    const store = await open();
    await store.write(['p/1', 'p/2', 'q'].map((key) => ({ key, value: key })));
    await store.write([{ key: 'p/3', value: 'p/3' }, { dropAll: 'p/' }, { key: 'p/4', value: 'p/4' }]);
    same(await store.list(''), ['p/4', 'q']);
  },

  'a write that cannot be stored changes nothing': async (open) => {
    const store = await open();
    const failed = store.write([
      { key: 'half', value: 1 },
      { key: 'other', value: () => 'not data' },
    ]);
    const outcome = await failed.then(
      () => 'stored',
      () => 'refused',
    );
    same([outcome, await store.get('half')], ['refused', undefined]);
  },

  'bytes, null and nesting come back as they were, and are not shared': async (open) => {
    const store = await open();
    const value = { bytes: [1, 2], none: null, list: [{ deep: true }] };
    await store.write([{ key: 'v', value }]);
    value.list.push({ deep: false });
    same(await store.get('v'), { bytes: [1, 2], none: null, list: [{ deep: true }] });
    await store.write([{ key: 'u', value: new Uint8Array([1, 2, 3]) }]);
    same([...((await store.get('u')) as Uint8Array)], [1, 2, 3]);
  },

  'writes at the same time end in the order they were asked': async (open) => {
    const store = await open();
    await Promise.all([1, 2, 3].map((value) => store.write([{ key: 'k', value }])));
    same(await store.get('k'), 3);
  },

  'clear forgets everything, or everything but one prefix': async (open) => {
    const store = await open();
    const fill = () => store.write(['keep/1', 'drop/1', 'z'].map((key) => ({ key, value: key })));
    await fill();
    await store.clear('keep/');
    same([await store.list('')], [['keep/1']]);
    await fill();
    await store.clear();
    same([await store.list('')], [[]]);
  },
};
