import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../protocol/limits.ts';
import { pinOf } from '../../../protocol/seal/vault.ts';
import { personOf, succeeded, wasReset } from '../../../protocol/testing/cards.ts';
import { accountOf, orgOf } from '../../../protocol/testing/orgs.ts';
import { afterJudging, afterSeeing, formerKey, markOf, withKnown } from './known.ts';

const bob = personOf(orgOf(2), 3);
const first = afterSeeing(null, bob.identity);
const verified = afterJudging(bob.identity, 'verified');

describe('SEAL 2.5: who others are', () => {
  test('is pinned at first sight, and the same again changes nothing', () => {
    expect(markOf(first)).toBe('pinned');
    expect(afterSeeing(first, bob.identity)).toBe(first);
    expect(afterSeeing(verified, bob.identity)).toBe(verified);
  });

  test('moves on with the word of the old key, also over several, and stays verified', () => {
    const twice = succeeded(succeeded(bob));
    const after = afterSeeing(verified, twice.identity);
    expect([markOf(after), after.pin]).toEqual(['verified', pinOf(twice.identity.uik)]);
  });

  test('is changed by a reset anywhere after the pin, and no longer verified', () => {
    for (const later of [wasReset(bob), succeeded(wasReset(bob)), wasReset(succeeded(bob))]) {
      const after = afterSeeing(verified, later.identity);
      expect([markOf(after), after.verified]).toEqual(['changed', false]);
      expect(formerKey(after, later.identity)).toEqual(bob.identity.uik);
    }
  });

  test('is changed by another enrolment', () => {
    const other = personOf(orgOf(2), 4).identity;
    const after = afterSeeing(verified, { ...other, account: bob.account });
    expect([markOf(after), formerKey(after, other)]).toEqual(['changed', null]);
  });

  test('stays changed until somebody judges, even where the old key is shown again', () => {
    const changed = afterSeeing(verified, wasReset(bob).identity);
    expect(afterSeeing(changed, bob.identity)).toBe(changed);
    expect(markOf(afterJudging(wasReset(bob).identity, 'pinned'))).toBe('pinned');
  });

  test('before a reset that came before the pin does not matter', () => {
    const reset = wasReset(bob);
    const pinned = afterSeeing(null, reset.identity);
    expect(markOf(afterSeeing(pinned, succeeded(reset).identity))).toBe('pinned');
  });
});

test('what is known of the same person is replaced; beyond the limit, whoever nobody judged goes first', () => {
  const known = Array.from({ length: LIMITS.knownIdentities }, (_, i) => ({
    ...first,
    account: accountOf(1_000 + i),
    verified: i === 0,
    changed: i === 1,
  }));
  expect(withKnown(known, [{ ...first, account: accountOf(1_005), verified: true }])).toHaveLength(known.length);
  const more = withKnown(known, [first]);
  expect(more).toHaveLength(known.length);
  const has = (number: number) => more.some(({ account }) => account === accountOf(number));
  expect([has(1_000), has(1_001), has(1_002), more.includes(first)]).toEqual([true, true, false, true]);
});
