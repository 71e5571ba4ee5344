import { expect, test } from 'vitest';
import { askedPlaces, codeFile, codeGroups, plainCode } from './code.ts';

const code = 'MZXW-6YTB-OI2T-SQLB-ORSX-G5BA-MNXW-IZJ7-K5QW';

test('a code is read in any case, with any spaces and dashes', () => {
  expect(plainCode(' mzxw 6ytb-oi2t\n')).toBe('MZXW6YTBOI2T');
  expect(codeGroups(code)).toHaveLength(9);
  expect(codeGroups(code.toLowerCase().replaceAll('-', ''))).toEqual(codeGroups(code));
});

test('two different parts are asked back, in order, and always the same ones of a code', () => {
  const asked = new Set<string>();
  for (let n = 0; n < 500; n++) {
    const other = code.replace('MZXW', n.toString(32).toUpperCase().padStart(4, 'A'));
    const [first, second] = askedPlaces(other);
    expect(first).toBeLessThan(second);
    expect(second).toBeLessThan(9);
    expect(askedPlaces(other)).toEqual([first, second]);
    asked.add(`${first} ${second}`);
  }
  // Nobody can keep just the two that will be asked for.
  expect(asked.size).toBeGreaterThan(25);
});

test('the file holds the code, whose it is, and what to do with it', () => {
  const file = codeFile(code, 'rosa@acme.example', Date.UTC(2026, 2, 3));
  expect(file).toContain('MZXW 6YTB OI2T SQLB ORSX G5BA MNXW IZJ7 K5QW');
  expect(file).toContain('rosa@acme.example');
  expect(file).toContain('Use the recovery code');
});
