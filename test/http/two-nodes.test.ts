// Two whole nodes over real libp2p: invited, accepted, written both ways, delivered.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pushOf } from '../fixtures/push.ts';
import { found, invite, requestOf, say } from '../fixtures/talk.ts';
import { befriend, reply, startNode, type TestNode, type TestPerson } from '../nodes.ts';

let acme: TestNode;
let globex: TestNode;
let ann: TestPerson;
let bob: TestPerson;

beforeAll(async () => {
  [acme, globex] = await Promise.all([startNode({ name: 'acme' }), startNode({ name: 'globex' })]);
  [ann, bob] = [await acme.person('ann'), await globex.person('bob')];
  await befriend(acme, globex);
});
afterAll(() => Promise.all([acme.end(), globex.end()]));

test('a private chat across organisations reaches both, and its author learns that it did', async () => {
  const [atAnn, atBob] = [await pushOf(ann), await pushOf(bob)];
  await reply(ann.call('POST /api/v1/people/resolve', { body: { address: 'bob@globex.localhost' } }));
  const { chat } = await found(ann);
  await invite(ann, chat, bob);
  const invited = await atBob.next('chat', ({ summary }) => summary.chat === chat);
  expect(invited.summary).toMatchObject({ standing: 'invited', invitedBy: { account: ann.me.account } });
  const body = await requestOf(bob, chat, [{ is: 'accept', identity: new Uint8Array() }]);
  await reply(bob.call('POST /api/v1/chats/:chat/requests', { params: { chat }, body: { body } }));
  await atBob.next('chat', ({ summary }) => summary.chat === chat && summary.standing === 'member');
  const { seq, log } = await say(ann, chat, 'hello over there');
  expect(await atBob.next('entry', (push) => push.log === log && push.seq === seq)).toMatchObject({
    account: ann.me.account,
  });
  await atAnn.next('delivery', (push) => push.log === log && push.seq >= seq && push.org === bob.me.org);
  const answer = await say(bob, chat, 'hello back');
  await atAnn.next('entry', (push) => push.log === answer.log && push.seq === answer.seq);
  const known = await reply(
    ann.call('POST /api/v1/people', { body: { members: [{ org: bob.me.org, account: bob.me.account }] } }),
  );
  expect(known.people[0]).toMatchObject({ name: 'bob', orgName: 'globex', outsider: true });
  const { organisations } = await reply(ann.call('GET /api/v1/organisations', {}));
  expect(organisations.map(({ name, reachable }) => [name, reachable])).toEqual([
    ['acme', true],
    ['globex', true],
  ]);
});

test('an address of a partner resolves to its person, and one that nobody has to one refusal', async () => {
  const resolve = (address: string) => ann.call('POST /api/v1/people/resolve', { body: { address } });
  expect(await resolve('bob@globex.localhost')).toMatchObject({
    ok: true,
    value: { person: { account: bob.me.account } },
  });
  expect(await resolve('nobody@globex.localhost')).toMatchObject({ ok: false, refusal: { code: 'address_unknown' } });
  expect(await resolve('ann@acme.localhost')).toMatchObject({ ok: true, value: { person: { outsider: false } } });
});
