/** SEAL 4.10: the hub's tick. Its other acts are tested with the reducer. */
import { expect, test } from 'vitest';
import { hlcFromMs } from '../hlc.ts';
import { personOf } from '../testing/cards.ts';
import { foundSealedChat, orderByHub } from '../testing/chat.ts';
import { orgOf, START_MS } from '../testing/orgs.ts';
import { askSealed, keysOf } from '../testing/sealed.ts';
import { mayTick } from './hub-acts.ts';

const acme = orgOf(1);
const ann = personOf(acme, 1);
const DAY_MS = 86_400_000;
const refused = { ok: false, code: 'not_acceptable' };

test('a tick is for the day after the last segment began', () => {
  const chat = foundSealedChat(ann, [acme]);
  askSealed(chat, ann, [keysOf(ann), { is: 'rekey' }]);
  const tickAt = (ms: number) => orderByHub(chat, { is: 'tick' }, { hlc: hlcFromMs(ms) });
  expect(mayTick(chat.state, hlcFromMs(START_MS + DAY_MS - 1))).toBe(false);
  expect(tickAt(START_MS + DAY_MS - 1)).toEqual(refused);
  expect(tickAt(START_MS + DAY_MS)).toMatchObject({ ok: true, change: { is: 'tick' } });
  expect(chat.state.segments.map(({ at, kind }) => `${kind} ${at}`)).toEqual(['rekey 2', 'tick 4']);
  expect(tickAt(START_MS + DAY_MS + 60_000)).toEqual(refused);
});

test('a tick is not for a chat without a secret', () => {
  const chat = foundSealedChat(ann, [acme]);
  expect(orderByHub(chat, { is: 'tick' }, { hlc: hlcFromMs(START_MS + 2 * DAY_MS) })).toEqual(refused);
});
