import { wordlist } from '@scure/bip39/wordlists/english.js';
import { expect, test } from 'vitest';
import { newPassphrase } from './passphrase.ts';

test('a passphrase is six words of the list, by the bytes that were drawn', async () => {
  expect(wordlist).toHaveLength(2048);
  const drawn = Uint8Array.of(0, 0, 0, 1, 7, 255, 8, 0, 255, 255, 1, 0);
  const phrase = await newPassphrase({ bytes: (length) => drawn.slice(0, length) });
  expect(phrase.split(' ')).toEqual([0, 1, 2047, 0, 2047, 256].map((at) => wordlist[at]));
});

test('a passphrase draws as many bytes as it needs', async () => {
  const asked: number[] = [];
  const bytes = (length: number) => {
    asked.push(length);
    return new Uint8Array(length).fill(9);
  };
  await newPassphrase({ bytes });
  expect(asked).toEqual([12]);
});
