import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseTicket } from '../../protocol/identity/ticket.ts';
import { expectRefusal, type Home, type Identity, openHome, value } from '../../test/fixtures/identity.ts';

const DAY_MS = 24 * 60 * 60_000;
let acmeHome: Home;
let globexHome: Home;
let acme: Identity;
let globex: Identity;
beforeEach(async () => {
  acmeHome = openHome('Acme');
  globexHome = openHome('Globex');
  acme = await acmeHome.node('acme.example');
  globex = await globexHome.node('globex.example');
});
afterEach(async () => {
  await acmeHome.end();
  await globexHome.end();
});

const learnGlobex = (as: 'seen' | 'open' = 'seen') => acme.peers.learn(globex.organisation.chainBytes(), { as });
const mayExchange = () => acme.network.mayExchange(globex.organisation.orgId);

describe('PROTOCOL 1.12: network access', () => {
  test('begins with the allow list, and only the approved are on it', async () => {
    expect(acme.network.settings()).toEqual({ mode: 'allow-list', directory: 'exact' });
    expectRefusal(mayExchange(), 'network_not_allowed');
    await learnGlobex();
    expectRefusal(mayExchange(), 'network_not_allowed');
    value(await acme.peers.approve(globex.organisation.orgId));
    expect(mayExchange().ok).toBe(true);
  });

  test('off means off, also for the approved', async () => {
    await learnGlobex();
    value(await acme.peers.approve(globex.organisation.orgId));
    await acme.network.set({ mode: 'off' });
    expectRefusal(mayExchange(), 'network_off');
  });

  test('open lets in whom nobody knows, and nobody whom the block list names', async () => {
    await acme.network.set({ mode: 'open' });
    expect(mayExchange().ok).toBe(true);
    value(await acme.peers.block(globex.organisation.orgId));
    expectRefusal(mayExchange(), 'network_not_allowed');
  });

  test('who came in while it was open is out when it is not', async () => {
    await acme.network.set({ mode: 'open' });
    await learnGlobex('open');
    await acme.network.set({ mode: 'allow-list' });
    expectRefusal(mayExchange(), 'network_not_allowed');
  });

  test('holds over a restart', async () => {
    await acme.network.set({ mode: 'open', directory: 'nobody' });
    await acme.network.set({});
    await acmeHome.reopen();
    acme = await acmeHome.node('acme.example');
    expect(acme.network.settings()).toEqual({ mode: 'open', directory: 'nobody' });
  });

  test('tells of every change that can end a connection, when it is so', async () => {
    const heard: boolean[] = [];
    acme.network.onChange(() => heard.push(mayExchange().ok));
    await learnGlobex();
    await acme.peers.approve(globex.organisation.orgId);
    await acme.network.set({ mode: 'off' });
    await acme.network.set({ mode: 'open' });
    await acme.peers.block(globex.organisation.orgId);
    expect(heard.filter((each, i) => each !== heard[i - 1])).toEqual([false, true, false, true, false]);
  });

  test('the directory is what the partner is set to, else what all are', async () => {
    await learnGlobex();
    const { orgId } = globex.organisation;
    expect(acme.network.directoryFor(orgId)).toBe('exact');
    await acme.network.set({ directory: 'nobody' });
    expect(acme.network.directoryFor(orgId)).toBe('nobody');
    value(await acme.peers.setDirectory(orgId, 'search'));
    expect(acme.network.directoryFor(orgId)).toBe('search');
  });
});

describe('PROTOCOL 1.8: tickets', () => {
  /** What the connection does with them: Globex took the text, calls, and shows its chain and the token. */
  async function firstContact(text: string): Promise<void> {
    const peer = value(await globex.tickets.addFromTicket(text));
    value(await learnGlobex());
    value(await acme.tickets.redeem(peer.ticketToken as Uint8Array, globex.organisation.orgId));
  }

  test('make each other approved on both sides', async () => {
    const text = await acme.tickets.invite();
    const added = value(await globex.tickets.addFromTicket(` ${text.toUpperCase()}\n`));
    expect(added).toMatchObject({
      orgId: acme.organisation.orgId,
      state: 'approved',
      opKey: acme.organisation.signer.publicKey,
      endpoints: ['/ip4/127.0.0.1/tcp/4440'],
      domains: ['acme.example'],
      organisation: undefined,
    });
    expect(added.ticketToken).toHaveLength(16);
    expect(globex.network.mayExchange(acme.organisation.orgId).ok).toBe(true);
    await firstContact(text);
    expect(mayExchange().ok).toBe(true);
    expect(acme.peers.byDomain('globex.example')?.orgId).toBe(globex.organisation.orgId);
    await globex.peers.forgetToken(acme.organisation.orgId);
    expect(globex.peers.get(acme.organisation.orgId)?.ticketToken).toBeNull();
  });

  test('the record that comes then belongs to the organisation that the ticket named', async () => {
    value(await globex.tickets.addFromTicket(await acme.tickets.invite()));
    const learnt = value(await globex.peers.learn(acme.organisation.chainBytes(), { as: 'seen' }));
    expect(learnt).toMatchObject({ state: 'approved', name: 'Acme', domains: ['acme.example'] });
    expect(learnt.organisation?.orgId).toBe(acme.organisation.orgId);
  });

  test('are good once, for one organisation, which may ask again', async () => {
    const text = await acme.tickets.invite();
    await firstContact(text);
    const token = value(parseTicket(text)).token;
    value(await acme.tickets.redeem(token, globex.organisation.orgId));
    const initechHome = openHome('Initech');
    const initech = await initechHome.node('initech.example');
    value(await acme.peers.learn(initech.organisation.chainBytes(), { as: 'seen' }));
    expectRefusal(await acme.tickets.redeem(token, initech.organisation.orgId), 'bad_ticket');
    expect(acme.peers.stateOf(initech.organisation.orgId)).toBe('seen');
    await initechHome.end();
  });

  test('an old one does not undo what an administrator has decided since', async () => {
    const text = await acme.tickets.invite();
    await firstContact(text);
    const token = value(parseTicket(text)).token;
    value(await acme.peers.block(globex.organisation.orgId));
    expectRefusal(await acme.tickets.redeem(token, globex.organisation.orgId), 'bad_ticket');
    value(await acme.peers.unblock(globex.organisation.orgId));
    value(await acme.tickets.redeem(token, globex.organisation.orgId));
    expect(acme.peers.stateOf(globex.organisation.orgId)).toBe('seen');
  });

  test('end after seven days', async () => {
    const token = value(parseTicket(await acme.tickets.invite())).token;
    await learnGlobex();
    await acmeHome.clock.pass(7 * DAY_MS);
    expectRefusal(await acme.tickets.redeem(token, globex.organisation.orgId), 'bad_ticket');
    const fresh = value(parseTicket(await acme.tickets.invite())).token;
    await acmeHome.clock.pass(7 * DAY_MS - 1);
    value(await acme.tickets.redeem(fresh, globex.organisation.orgId));
  });

  test('an unknown token, an unknown partner and our own ticket get the same answer', async () => {
    const text = await acme.tickets.invite();
    const token = value(parseTicket(text)).token;
    expectRefusal(await acme.tickets.redeem(token, globex.organisation.orgId), 'bad_ticket');
    await learnGlobex();
    expectRefusal(await acme.tickets.redeem(new Uint8Array(16), globex.organisation.orgId), 'bad_ticket');
    expectRefusal(await acme.tickets.addFromTicket(text), 'bad_ticket');
    expectRefusal(await acme.tickets.addFromTicket('conclave1'), 'bad_ticket');
  });

  test('of a blocked partner are not taken', async () => {
    const text = await acme.tickets.invite();
    value(await globex.peers.block(acme.organisation.orgId));
    expectRefusal(await globex.tickets.addFromTicket(text), 'network_not_allowed');
    expect(globex.peers.stateOf(acme.organisation.orgId)).toBe('blocked');
  });

  test('the token lies in the database of its maker as a hash alone', async () => {
    const token = value(parseTicket(await acme.tickets.invite())).token;
    const rows = acme.db.read.prepare<[], { tokenHash: Uint8Array }>('SELECT tokenHash FROM ticket').all();
    expect(rows).toHaveLength(1);
    expect(Buffer.from(rows[0]?.tokenHash as Uint8Array).includes(token)).toBe(false);
  });
});
