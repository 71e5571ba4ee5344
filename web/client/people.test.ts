import { expect, test } from 'vitest';
import { BOB, ME } from '../../test/client/fake-node.ts';
import { createDesk } from './desk.ts';
import { personView } from './people.ts';

test('somebody whose profile is not there is still somebody when the desk changes', () => {
  const desk = createDesk(ME);
  const before = personView(desk, BOB.org, BOB.account);
  expect(before).toMatchObject({ name: '…', outsider: true });
  desk.version++;
  expect(personView(desk, BOB.org, BOB.account)).toEqual(before);
});
