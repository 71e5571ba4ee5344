import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idOf } from '../testing/orgs.ts';
import { compareShown, type Shown } from './order.ts';

const few = fc.nat(2);
const shown: fc.Arbitrary<Shown> = fc
  .tuple(few, few, few, few)
  .map(([hlc, org, log, seq]) => ({ hlc, org: idOf('org', org), logId: idOf('log', log), seq }));

test('PROTOCOL 6: any entries have one order, however they came', () => {
  fc.assert(
    fc.property(fc.array(shown, { maxLength: 12 }), (entries) => {
      const sorted = entries.toSorted(compareShown);
      expect(entries.toReversed().sort(compareShown)).toEqual(sorted);
    }),
  );
});

test('PROTOCOL 6: by clock first, then organisation as bytes, then number', () => {
  const [first, second] = [idOf('org', 1), idOf('org', 2)];
  const logId = idOf('log', 1);
  const ordered: Shown[] = [
    { hlc: 1, org: second, logId, seq: 9 },
    { hlc: 2, org: first, logId, seq: 5 },
    { hlc: 2, org: first, logId, seq: 6 },
    { hlc: 2, org: second, logId, seq: 1 },
  ];
  expect(ordered.toReversed().sort(compareShown)).toEqual(ordered);
});
