/**
 * How text becomes words that can be searched for: the same for what is said and for what is asked, in browser and node. Always
 * holds: a word is folded (case, accents, forms of one letter); scripts that are written without spaces give one word for each
 * character, so that a row of them is found by any part of it; an emoji is a word.
 */

export interface Word {
  /** Folded; letters, digits and marks alone. */
  readonly word: string;
  /** Where it stands in the text as it was given: UTF-16 units, `end` behind it. */
  readonly start: number;
  readonly end: number;
}

const LONGEST_WORD = 64;
const WITHOUT_SPACES = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar', 'Bopomofo']
  .map((script) => `\\p{Script=${script}}`)
  .join('');
const WORD = new RegExp(
  `[${WITHOUT_SPACES}]\\p{M}*|(?:(?![${WITHOUT_SPACES}])[\\p{L}\\p{N}])(?:(?![${WITHOUT_SPACES}])[\\p{L}\\p{N}\\p{M}])*|\\p{Extended_Pictographic}|\\p{Regional_Indicator}`,
  'gu',
);
const PLAIN_WORD = /[a-z0-9]+/gi;
const IS_PLAIN = /^[\0-\x7f]*$/;
const IS_PICTURE = /^[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
/** Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel signs and the stretch of Arabic. */
const ACCENTS =
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
/** Letters that no accent makes, and forms of one letter. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ς: 'σ',
  ى: 'ي',
  ة: 'ه',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/** In the order of the text. Any text will do. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(IS_PLAIN.test(text) ? PLAIN_WORD : WORD)) {
    const [written] = match;
    const word = foldWord(written);
    if (word !== '') words.push({ word, start: match.index, end: match.index + written.length });
  }
  return words;
}

/** The words alone, as an index takes them. */
export function wordsLine(text: string): string {
  return wordsOf(text)
    .map(({ word }) => word)
    .join(' ');
}

function foldWord(written: string): string {
  if (IS_PLAIN.test(written)) return written.slice(0, LONGEST_WORD).toLowerCase();
  if (IS_PICTURE.test(written)) return `x${written.codePointAt(0)?.toString(16)}`;
  // Cut before it is folded as well: a letter may carry any number of marks.
  const folded = written
    .slice(0, LONGEST_WORD * 4)
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFC')
    .toWellFormed();
  return folded.slice(0, LONGEST_WORD).toWellFormed();
}
