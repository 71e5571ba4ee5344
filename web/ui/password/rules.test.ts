import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { judgementSentence, passwordFault } from './rules.ts';

const own = ['rosa', 'Rosa Díaz', 'Acme Robotics'];
const twice = (password: string) => ({ password, again: password });
const faultOf = (password: string) => passwordFault(twice(password), judge(password, own));

describe('a password is not taken', () => {
  test.each([
    ['short', 'Xk29!dsWq'],
    ['weak', 'password123'],
    ['weak', 'qwertyuiop12'],
    ['weak', 'aaaaaaaaaaaaaaaa'],
    ['weak', 'abcdefghijkl'],
    ['weak', '2026-03-03 12'],
  ])('that is too %s: %s', (fault, password) => {
    expect(faultOf(password)).toBe(fault);
  });

  test('that is made of the own name and organisation, with or without accents', () => {
    expect(faultOf('Rosa Diaz Acme')).toBe('weak');
    expect(faultOf('Rosa Díaz Acme')).toBe('weak');
    expect(judge('Rosa Diaz Acme', own).why).toBe('userInputs');
  });

  test('that was typed differently the second time', () => {
    const typed = { password: 'tomato boat Friday desk', again: 'tomato boat Friday disk' };
    expect(passwordFault(typed, judge(typed.password, own))).toBe('differ');
  });

  test('before it can be judged', () => {
    expect(passwordFault(twice('tomato boat Friday desk'), null)).toBe('unjudged');
    expect(passwordFault(twice('tomato boat Friday desk'), 'failed')).toBe('unjudged');
  });
});

test('a few words in a row are taken', () => {
  expect(faultOf('tomato boat Friday desk')).toBe(null);
});

test('every judgement has a sentence that says what to do', () => {
  const sentences = ['password123', 'abcdefghijkl', 'rosa rosa rosa', 'tomato boat Friday desk'].map((password) =>
    judgementSentence(judge(password, own)),
  );
  expect(new Set(sentences).size).toBe(4);
  expect(judgementSentence({ score: 2, why: null })).toContain('guessed');
});
