import { expect, test } from 'vitest';
import type { MemberView, PersonView } from '../../client/model.ts';
import { begunMention, fittingMembers, mentionedMembers, withMention } from './mentions.ts';

function person(name: string): PersonView {
  return {
    org: 'o',
    account: name,
    name,
    address: `${name.toLowerCase().replace(' ', '.')}@a.example`,
  } as unknown as PersonView;
}
const [rosa, bob, bobby, amir] = ['Rosa Díaz', 'Bob', 'Bob Marsh', 'Amir Haddad'].map(person) as [
  PersonView,
  PersonView,
  PersonView,
  PersonView,
];
const members = [rosa, bob, bobby, amir].map((one) => ({ person: one })) as MemberView[];

test('an @ at the beginning of a word begins a mention; in an address it does not', () => {
  expect(begunMention('Hello @am', 9)).toEqual({ at: 6, typed: 'am' });
  expect(begunMention('@', 1)).toEqual({ at: 0, typed: '' });
  expect(begunMention('bob@globex', 10)).toBeNull();
  expect(begunMention('Hello @am there', 15)).toBeNull();
});

test('members are found by any part of the name, without accents, and never oneself', () => {
  expect(fittingMembers(members, 'diaz', amir)).toEqual([rosa]);
  expect(fittingMembers(members, '', amir)).toEqual([rosa, bob, bobby]);
});

test('a mention takes the place of what was typed', () => {
  expect(withMention('Hello @am there', { at: 6, typed: 'am' }, amir)).toEqual({
    text: 'Hello @Amir Haddad there',
    caret: 19,
  });
});

test('a longer name does not mention who has the shorter one', () => {
  expect(mentionedMembers('@Bob Marsh and @Amir Haddad', members)).toEqual([amir, bobby]);
  expect(mentionedMembers('@Bob, @Bob Marsh', members)).toEqual([bobby, bob]);
  expect(mentionedMembers('Bob', members)).toEqual([]);
});
