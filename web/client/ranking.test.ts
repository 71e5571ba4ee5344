import { expect, test } from 'vitest';
import { type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import type { PersonView } from './model.ts';
import { ranked } from './ranking.ts';

let number = 0;
function person(name: string, more: Partial<PersonView> = {}): PersonView {
  const local = name.split(' ')[0]?.toLowerCase();
  const where = { org: 'acme', account: `account ${number++}`, address: `${local}@acme.example`, orgName: 'Acme' };
  return { ...where, name, outsider: false, disabled: false, identity: 'unknown', ...more } as unknown as PersonView;
}
const names = (people: readonly PersonView[]) => people.map(({ name }) => name);

const jonas = person('Jonas Berg');
const bob = person('Bob Marsh', { outsider: true });
const bobbie = person('Bobbie Chen');
const robert = person('Robert Lee', { address: 'bo@acme.example' });
const all = [jonas, robert, bob, bobbie];

test('who is called so comes before whose address or last name begins so', () => {
  expect(names(ranked(all, 'bo', new Map()))).toEqual(['Bobbie Chen', 'Bob Marsh', 'Robert Lee', 'Jonas Berg']);
});

test('whom one wrote with last comes first among equals, outsider or not', () => {
  const talks = new Map<MemberKey, number>([[memberKey(bob.org, bob.account), 5]]);
  expect(names(ranked(all, 'Bo', talks)).slice(0, 2)).toEqual(['Bob Marsh', 'Bobbie Chen']);
});

test('accents do not matter, and who is switched off comes last', () => {
  const off = person('Bo Tall', { disabled: true });
  const accented = person('Böðvar Ek');
  expect(names(ranked([off, jonas, accented], 'bo', new Map()))).toEqual(['Böðvar Ek', 'Jonas Berg', 'Bo Tall']);
});
