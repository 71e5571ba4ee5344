import { describe, expect, test } from 'vitest';
import { choiceOf, type Draft, dayOf, firstDraft } from './choice.ts';
import { reachSentence } from './reach.ts';

const now = Date.UTC(2026, 2, 10, 23, 30);
const draft = (part: Partial<Draft>): Draft => ({ ...firstDraft(now), ...part });

test('nothing of the past is given unless it is chosen', () => {
  expect(choiceOf(firstDraft(now), now)).toEqual({ is: 'none' });
});

test('a day is one of UTC, whatever the clock here says', () => {
  expect(dayOf(now)).toBe('2026-03-10');
  expect(choiceOf(draft({ is: 'since', day: '2026-03-10' }), now)).toEqual({ is: 'since', day: '2026-03-10' });
});

test.each([
  ['no day', { is: 'since', day: '' }],
  ['a day that is none', { is: 'since', day: '2026-13-40' }],
  ['a day to come', { is: 'since', day: '2026-03-11' }],
  ['no number', { is: 'last', count: '' }],
  ['no messages', { is: 'last', count: '0' }],
  ['half a message', { is: 'last', count: '1.5' }],
  ['less than nothing', { is: 'last', count: '-4' }],
  ['more than anybody counts', { is: 'last', count: '9e9' }],
] as const)('%s is no choice', (_, part) => {
  expect(choiceOf(draft(part), now)).toBe(null);
});

describe('what a choice comes to', () => {
  const reach = { from: Date.UTC(2026, 2, 3, 12), count: 214, all: false, limited: false };
  test('is said with the count, the time here and the day in UTC', () => {
    const sentence = reachSentence(reach);
    expect(sentence).toContain('214 messages');
    expect(sentence).toContain('3 March 2026 in UTC');
  });
  test('has a singular', () => {
    expect(reachSentence({ ...reach, count: 1 })).toContain('Opens 1 message.');
  });
  test('says when it is everything, nothing, or less than was asked for', () => {
    expect(reachSentence({ ...reach, all: true })).toContain('the whole chat');
    expect(reachSentence({ ...reach, count: 0, from: null })).toBe('That opens no message.');
    expect(reachSentence({ ...reach, limited: true })).toContain('you cannot open yourself');
  });
});
