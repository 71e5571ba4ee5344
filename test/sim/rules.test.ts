import { expect, test } from 'vitest';
import type { Rules } from '../../protocol/chat/validity.ts';
import type { DatabaseFaults } from '../../server/db/batch.ts';
import { CLEAR_RULES } from '../world/rules.ts';
import { runSeed, type SeedOptions } from './run-seed.ts';

const MOST_SEEDS = 150;

/** What the first seed breaks that breaks anything. */
async function firstBreak(options: SeedOptions): Promise<string> {
  for (let i = 0; i < MOST_SEEDS; i += 1) {
    const { broken } = await runSeed(`rule ${i}`, options);
    if (broken.length > 0) return broken.join('\n');
  }
  return '';
}

const without = (rule: keyof Rules): SeedOptions => ({ rules: { ...CLEAR_RULES, [rule]: false } });

test.each([
  ['right', /not_allowed|is shown/],
  ['cut', /past_cut|is shown/],
  ['audience', /not for it/],
  ['frontier', /not for it|is shown|cursor/],
  ['once', /another order|has the erased|is not shown/],
] as const)(
  'without the rule "%s" an invariant breaks',
  async (rule, expected) => {
    expect(await firstBreak(without(rule))).toMatch(expected);
  },
  300_000,
);

const FAULTS: [string, DatabaseFaults][] = [
  ['an answer before the commit', { acknowledgeBeforeCommit: true }],
  ['a commit without the sync to disk', { synchronousOff: true }],
];

test.each(FAULTS)(
  '%s is caught',
  async (_what, databaseFaults) => {
    expect(await firstBreak({ databaseFaults })).not.toBe('');
  },
  300_000,
);
