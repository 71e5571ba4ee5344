// Founding a chat with its first request: both or neither.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chatIdOf } from '../../protocol/chat/genesis.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { sealedGenesis } from '../../scripts/bench/sealed.ts';
import { invitationOf, keysOf, requestOf, toText } from '../fixtures/talk.ts';
import { reply, startNode, type TestNode, type TestPerson } from '../nodes.ts';

let acme: TestNode;
let globex: TestNode;
let ann: TestPerson;
let bob: TestPerson;

beforeAll(async () => {
  [acme, globex] = await Promise.all([startNode({ name: 'acme' }), startNode({ name: 'globex' })]);
  [ann, bob] = [await acme.person('ann'), await globex.person('bob')];
});
afterAll(() => Promise.all([acme.end(), globex.end()]));

const inviteOf = (person: TestPerson) => invitationOf(ann, person);

async function founded(invitations: readonly Intent[]) {
  const by = await keysOf(ann);
  const genesis = sealedGenesis(by);
  const chat = chatIdOf(genesis);
  const request = await requestOf(ann, chat, [{ is: 'keys', identity: by.chain }, ...invitations]);
  const answer = await ann.call('POST /api/v1/chats', { body: { genesis: toText(genesis), request } });
  const { chats } = await reply(ann.call('GET /api/v1/chats', {}));
  return { answer, isThere: chats.some((each) => each.chat === chat) };
}

test('a chat whose first invitation Network access forbids is not founded', async () => {
  const { answer, isThere } = await founded([await inviteOf(bob)]);
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'network_not_allowed' } });
  expect(isThere).toBe(false);
});

test('a chat whose first request contradicts itself is not founded', async () => {
  const carl = await acme.person('carl');
  const { answer, isThere } = await founded([await inviteOf(carl), await inviteOf(carl)]);
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'already_member' } });
  expect(isThere).toBe(false);
});

test('an invitation that may be is founded with the chat', async () => {
  const dave = await acme.person('dave');
  const { answer, isThere } = await founded([await inviteOf(dave)]);
  expect(answer).toMatchObject({ ok: true, value: { members: 2 } });
  expect(isThere).toBe(true);
});
