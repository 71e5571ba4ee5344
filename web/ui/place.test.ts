import { expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import { type Place, parsePlace, placeLink } from './place.ts';

const chat = 'chat_launch' as ChatId;
const places: Place[] = [
  { is: 'chats' },
  { is: 'chat', chat, details: false },
  { is: 'chat', chat, details: true },
  { is: 'settings' },
  { is: 'phrase' },
  { is: 'administration', section: 'partners' },
  { is: 'join', token: '5kq2c7wz4tn6' },
];

test.each(places)('the address of %o leads there', (place) => {
  expect(parsePlace(placeLink(place))).toEqual(place);
});

test('an address that means nothing leads to the chats', () => {
  for (const fragment of ['', '#', '#/', '#/nothing', '#/chat', '#/join']) {
    expect(parsePlace(fragment)).toEqual({ is: 'chats' });
  }
  expect(parsePlace('#/administration/nothing')).toEqual({ is: 'administration', section: 'accounts' });
});
