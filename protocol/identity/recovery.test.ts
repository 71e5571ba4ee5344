import { expect, test } from 'vitest';
import { normalPhrase, phraseOf, rootSeedOf } from './recovery.ts';

const entropy = Uint8Array.from({ length: 32 }, (_, i) => i);
const phrase = phraseOf(entropy);

test('PROTOCOL 1.4: the same words always give the same root key', () => {
  expect(phrase.split(' ')).toHaveLength(24);
  const seed = rootSeedOf(phrase);
  expect(seed).toMatchObject({ ok: true });
  expect(rootSeedOf(`\n ${phrase.toUpperCase().replaceAll(' ', '   ')} `)).toEqual(seed);
  expect(seed.ok && Buffer.from(seed.value).toString('hex')).toBe(
    '3501bde88c99c3a7ec9b924ee35a16e4adfeb8f0d58c99f854aa9937726dd927',
  );
});

test('PROTOCOL 1.4: other words are refused', () => {
  const words = phrase.split(' ');
  for (const wrong of ['', 'abandon', words.slice(1).join(' '), words.toReversed().join(' '), `${phrase} abandon`])
    expect(rootSeedOf(wrong)).toMatchObject({ ok: false, refusal: { code: 'phrase_wrong' } });
  const short = phraseOf(entropy.subarray(0, 16));
  expect(rootSeedOf(short)).toMatchObject({ ok: false, refusal: { code: 'phrase_wrong' } });
  expect(normalPhrase(' A  b\tC ')).toBe('a b c');
});
