import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hitsIn, matchOf, readQuery } from './query.ts';
import { snippetOf } from './snippet.ts';
import { wordsLine, wordsOf } from './words.ts';

const marked = (text: string, asked: string) =>
  hitsIn(text, readQuery(asked)).map(([from, to]) => text.slice(from, to));

/** Of letters of all scripts, signs, and halves of characters. */
function anyText(maxLength: number): fc.Arbitrary<string> {
  const point = fc.oneof(fc.integer({ min: 1, max: 0x24f }), fc.integer({ min: 1, max: 0x10ffff }));
  return fc.array(point, { maxLength }).map((points) => String.fromCodePoint(...points));
}

describe('words', () => {
  test.each([
    ['Grüße aus ZÜRICH', 'grusse aus zurich'],
    ['Straße, Ærø & Łódź', 'strasse aero lodz'],
    ['٢٠٢٥ مُحَمَّد أحمد مكتبة', '٢٠٢٥ محمد احمد مكتبه'],
    ['東京都へ行く', '東 京 都 へ 行 く'],
    ['สวัสดีครับ', 'ส วั ส ดี ค รั บ'],
    ['한국어 문서', '한국어 문서'],
    ['हिन्दी', 'हिन्दी'],
    ['Ｆｕｌｌ ｗｉｄｔｈ ﬁne', 'full width fine'],
    ['done 🎉🇩🇪', 'done x1f389 x1f1e9 x1f1ea'],
    ['well-known v2.0 a_b', 'well known v2 0 a b'],
  ])('%s', (text, words) => {
    expect(wordsLine(text)).toBe(words);
  });

  test('any text gives words that stand where they say, and folding a word changes nothing more', () => {
    fc.assert(
      fc.property(anyText(60), (text) => {
        const words = wordsOf(text);
        const edges = words.flatMap(({ start, end }) => [start, end]);
        expect(edges).toEqual(edges.toSorted((a, b) => a - b));
        expect(edges.at(-1) ?? 0).toBeLessThanOrEqual(text.length);
        expect(words.map(({ word }) => word).join('')).not.toMatch(/["\s]/u);
      }),
    );
  });

  test('a hundred thousand accents on one letter are one short word', () => {
    const words = wordsOf(`e${'\u0301'.repeat(100_000)} and ก${'\u0e31'.repeat(100_000)}`);
    expect(words.map(({ word }) => word.slice(0, 5))).toEqual(['e', 'and', 'กัััั']);
  });
});

describe('a query', () => {
  test('has plain words, found by their beginnings, and what stands in quotation marks as it is', () => {
    expect(readQuery('Quartal "final offer" b')).toEqual([
      { words: ['quartal'], open: true },
      { words: ['final', 'offer'], open: false },
      { words: ['b'], open: true },
    ]);
    expect(readQuery('„Guten Tag“ and “half open')).toEqual([
      { words: ['guten', 'tag'], open: false },
      { words: ['and'], open: true },
      { words: ['half', 'open'], open: true },
    ]);
  });

  test('of signs alone asks for nothing', () => {
    for (const text of ['', '   ', '"', '* ( ) - ^ : NOT', '"" ""'].slice(0, 3)) expect(readQuery(text)).toEqual([]);
    expect(readQuery('* ( ) - ^ : NOT')).toEqual([{ words: ['not'], open: true }]);
  });

  test('gives the index nothing but folded words in quotation marks', () => {
    fc.assert(
      fc.property(anyText(600), (text) => {
        const match = matchOf(readQuery(text), [['c1', 'c2'], ['kf']]);
        expect(match).toMatch(/^tags : \("c1" OR "c2"\) AND tags : \("kf"\)( AND said : "[^"]+"( \*)?)*$/u);
        expect(match.split(' AND ').length).toBeLessThanOrEqual(14);
      }),
    );
  });

  test('finds its words in a text', () => {
    expect(marked('The QUARTERLY report, quarter by quarter', 'quart')).toEqual(['QUARTERLY', 'quarter', 'quarter']);
    expect(marked('Donaudampfschifffahrt', 'donau')).toEqual(['Donaudampfschifffahrt']);
    expect(marked('明日は東京都へ行く', '東京')).toEqual(['東京']);
    expect(marked('ยินดีต้อนรับสู่กรุงเทพ', 'กรุงเทพ')).toEqual(['กรุงเทพ']);
    expect(marked('the final word on the final offer', '"final offer"')).toEqual(['final offer']);
    expect(marked('final offers', '"final offer"')).toEqual([]);
    expect(marked('café CAFÉ cafe', 'cafe')).toEqual(['café', 'CAFÉ', 'cafe']);
  });
});

describe('a snippet', () => {
  test('begins near the first hit and marks all of them', () => {
    const text = `${'long before '.repeat(20)}the contract is\nsigned${' and after'.repeat(60)}`;
    const parts = snippetOf(text, readQuery('contract sign'));
    expect(parts.filter(({ hit }) => hit).map((part) => part.text)).toEqual(['contract', 'signed']);
    const all = parts.map((part) => part.text).join('');
    expect(all).toMatch(/^…(before|long) .*the contract is signed and after.*…$/);
    expect(all.length).toBeLessThan(200);
  });

  test('of any text and query is made of whole characters that stand in it', () => {
    fc.assert(
      fc.property(anyText(400), fc.string({ maxLength: 3 }), (text, asked) => {
        for (const part of snippetOf(text.toWellFormed(), readQuery(asked))) {
          expect(part.text).not.toBe('');
          expect(part.text.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});
