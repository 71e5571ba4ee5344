import { expect, test } from 'vitest';
import { pieces } from './links.ts';

test('web addresses become links, without the dot that ends the sentence', () => {
  expect(pieces('See https://globex.example/a?b=1. Thanks').map(({ text, link }) => [text, link])).toEqual([
    ['See ', false],
    ['https://globex.example/a?b=1', true],
    ['. Thanks', false],
  ]);
});

test('nothing but http and https becomes a link', () => {
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'ftp://x.example', 'www.globex.example']) {
    expect(pieces(text)).toEqual([{ text, link: false, at: 0 }]);
  }
});

test('the pieces together are the text', () => {
  const text = 'a https://x.example/ (https://y.example/b) https:// https://z.example!';
  expect(
    pieces(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});
