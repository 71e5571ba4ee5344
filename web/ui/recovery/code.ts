/** The recovery code as people handle it: nine groups of four, two of which are asked back (SEAL 3.2). */
import { text } from '../text/keys.ts';
import { wholeTime } from '../text/time.ts';

const groupLength = 4;
export const codeLength = 36;

/** Without what people put between and around: "abcd-efgh" gives "ABCDEFGH". */
export function plainCode(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase();
}

export function codeGroups(code: string): readonly string[] {
  return plainCode(code).match(new RegExp(`.{1,${groupLength}}`, 'g')) ?? [];
}

/** Two places, by the code itself, which was drawn: another code asks for others, the same one always for the same. */
export function askedPlaces(code: string): readonly [number, number] {
  const groups = codeGroups(code);
  const sum = [...plainCode(code)].reduce((total, letter, at) => total + letter.charCodeAt(0) * (at + 1), 0);
  const first = sum % groups.length;
  const second = (first + 1 + (Math.floor(sum / groups.length) % (groups.length - 1))) % groups.length;
  return first < second ? [first, second] : [second, first];
}

/** What the file says. */
export function codeFile(code: string, address: string, at: number): string {
  return [
    text('recovery.file-title', { address }),
    '',
    codeGroups(code).join(' '),
    '',
    text('recovery.file-made', { date: wholeTime(at) }),
    text('recovery.file-use'),
    '',
  ].join('\r\n');
}
