/** Seeded runs in which every private and direct chat is sealed, with real keys: the same invariants, and those of keys. */
import { expect, test } from 'vitest';
import { runSeed } from './run-seed.ts';

const SEEDS = process.env.CONCLAVE_LONG === '1' ? 300 : 30;
const TOGETHER = 5;

test.each(Array.from({ length: SEEDS / TOGETHER }, (_, i) => i * TOGETHER))(
  'in every sealed run all invariants hold: seeds from %i',
  async (from) => {
    for (let i = from; i < from + TOGETHER; i += 1) {
      const { broken, trace } = await runSeed(`sealed ${i}`, { sealed: true });
      expect(broken, `sealed ${i}\n${trace.join('\n')}`).toEqual([]);
    }
  },
  300_000,
);

test('a sealed run replays to the byte', async () => {
  const [one, other] = [
    await runSeed('sealed replay', { sealed: true }),
    await runSeed('sealed replay', { sealed: true }),
  ];
  expect(other.trace).toEqual(one.trace);
  expect(other.digest).toBe(one.digest);
});
