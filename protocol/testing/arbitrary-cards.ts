/** For tests only: arbitrary cards for fast-check: in form, with keys that are admissible, signed by nobody. */
import fc from 'fast-check';
import type { Card, SignedCard } from '../identity/card.ts';
import { userKeyOf } from './cards.ts';
import { accountOf, bytesOf, deviceOf, keyOf, orgOf } from './orgs.ts';

const orgs = [orgOf(1), orgOf(2)];
const edKeys = Array.from({ length: 8 }, (_, i) => keyOf(i + 1).key);
const userKeys = Array.from({ length: 4 }, (_, i) => userKeyOf(i + 1).key);
const few = fc.subarray([1, 2, 3, 4], { minLength: 1 });

export const anyCard: fc.Arbitrary<Omit<Card, 'v'>> = fc
  .record({
    org: fc.constantFrom(...orgs.map(({ orgId }) => orgId)),
    account: fc.constantFrom(accountOf(1), accountOf(2)),
    change: fc.constantFrom('enrol', 'update', 'succeed', 'reset'),
    seq: fc.integer({ min: 1, max: 2 ** 40 }),
    ukGen: fc.integer({ min: 1, max: 300 }),
    uik: fc.constantFrom(...edKeys.slice(4)),
    uk: fc.constantFrom(...userKeys),
    numbers: few,
    issuedAt: fc.maxSafeNat(),
  })
  .map(({ numbers, change, seq, ukGen, ...rest }) => {
    const devices = numbers.map((number) => ({ device: deviceOf(number), dk: edKeys[number - 1] as Uint8Array }));
    const isFirst = change === 'enrol';
    const place = { seq: isFirst ? 0 : seq, ukGen: isFirst ? 1 : ukGen, prev: bytesOf(32, isFirst ? 0 : 7) };
    return { ...rest, ...place, change, devices };
  });

const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });
const signatureOrNone = fc.oneof(signature, fc.constant(new Uint8Array()));
export const anySignedCard: fc.Arbitrary<SignedCard> = fc.record({
  bytes: fc.uint8Array({ maxLength: 100 }),
  signature,
  counter: signatureOrNone,
  former: signatureOrNone,
});
