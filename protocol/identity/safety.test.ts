import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { taggedHash } from '../hash.ts';
import { idBytes } from '../ids.ts';
import { personOf, succeeded, withDevices } from '../testing/cards.ts';
import { orgOf, unwrap } from '../testing/orgs.ts';
import { compareSafety, parseSafetyCode, safetyCode, safetyNumber } from './safety.ts';

const [acme, globex] = [orgOf(1), orgOf(2)];
const [ann, bob, cyd] = [personOf(acme, 1).identity, personOf(globex, 2).identity, personOf(acme, 3).identity];

describe('SEAL 2.6: the safety number', () => {
  test('is sixty digits, the same on both sides', () => {
    const number = safetyNumber(ann, bob);
    expect(number).toHaveLength(12);
    for (const group of number) expect(group).toMatch(/^\d{5}$/);
    expect(safetyNumber(bob, ann)).toEqual(number);
    expect(safetyNumber(ann, cyd)).toEqual(safetyNumber(cyd, ann));
  });

  test('is what the rule says', () => {
    const of = (side: typeof ann) => {
      const hash = Buffer.from(taggedHash('safety', idBytes(side.org), idBytes(side.account), side.uik));
      return Array.from({ length: 6 }, (_, i) => String(hash.readUIntBE(i * 5, 5) % 100_000).padStart(5, '0'));
    };
    const sides =
      Buffer.compare(Buffer.from(idBytes(ann.org)), Buffer.from(idBytes(bob.org))) < 0 ? [ann, bob] : [bob, ann];
    expect(safetyNumber(ann, bob)).toEqual(sides.flatMap(of));
  });

  test('changes with the identity key, and with nothing else', () => {
    const person = personOf(globex, 2);
    expect(safetyNumber(ann, withDevices(person, [9]).identity)).toEqual(safetyNumber(ann, bob));
    expect(safetyNumber(ann, succeeded(person).identity)).not.toEqual(safetyNumber(ann, bob));
    expect(safetyNumber(ann, bob)).not.toEqual(safetyNumber(cyd, bob));
  });
});

describe('SEAL 2.6: the code', () => {
  test('is the same on both sides, and reads back in any case', () => {
    const code = safetyCode(ann, bob);
    expect(safetyCode(bob, ann)).toBe(code);
    expect(code).toMatch(/^conclave-safety:[a-z2-7]+$/);
    const read = unwrap(parseSafetyCode(` ${code.toUpperCase()}\n`));
    expect(compareSafety(read, ann, bob)).toBe('same');
    expect(compareSafety(read, bob, ann)).toBe('same');
  });

  test('says whether the keys differ, or whether it is of others', () => {
    const read = unwrap(parseSafetyCode(safetyCode(ann, bob)));
    expect(compareSafety(read, ann, succeeded(personOf(globex, 2)).identity)).toBe('different');
    expect(compareSafety(read, ann, cyd)).toBe('other');
  });

  test('of anything else is refused', () => {
    const code = safetyCode(ann, bob);
    for (const bad of [
      '',
      'conclave-safety:',
      code.slice(9),
      `${code}a`,
      code.slice(0, -4),
      'conclave1abc',
      `${code}1`,
    ])
      expect(parseSafetyCode(bad).ok, bad).toBe(false);
    expect(parseSafetyCode(`conclave-safety:${'a'.repeat(600)}`)).toMatchObject({ refusal: { code: 'too_big' } });
    fc.assert(fc.property(fc.string(), (text) => void parseSafetyCode(`conclave-safety:${text}`)));
  });

  test('with one side twice is refused', () => {
    const [a] = unwrap(parseSafetyCode(safetyCode(ann, bob)));
    expect(parseSafetyCode(safetyCode(a, a))).toMatchObject({ refusal: { detail: 'order of the sides' } });
  });
});
