import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Signed } from '../../protocol/codec.ts';
import { verifyProfile } from '../../protocol/identity/profile.ts';
import { type AccountId, idFromBytes } from '../../protocol/ids.ts';
import { expectRefusal, type Home, type Identity, openHome, value } from '../../test/fixtures/identity.ts';
import type { OwnAccount } from './profiles.ts';

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

const all = () => true;

function account(number: number): AccountId {
  return idFromBytes('account', new Uint8Array(16).fill(number));
}

function person(number: number, name: string, displayName: string, state: OwnAccount['state'] = 'active'): OwnAccount {
  return { accountId: account(number), name, displayName, state };
}

function publish(node: Identity, own: OwnAccount): Promise<Signed> {
  return node.db.write((tx) => node.profiles.publishOwn(own, tx));
}

/** Globex makes it, Acme is sent it. */
async function sent(own: OwnAccount): Promise<boolean> {
  return value(await acme.profiles.put(await publish(globex, own), globex.organisation.current()));
}

const globexRef = (number: number) => ({ orgId: globex.organisation.orgId, accountId: account(number) });

describe('PROTOCOL 1.10: own profiles', () => {
  test('are signed, and made anew when something differs and only then', async () => {
    const first = await publish(acme, person(1, 'ada', 'Ada'));
    expect(value(verifyProfile(first, acme.organisation.current()))).toMatchObject({
      localName: 'ada',
      state: 'active',
    });
    expect(await publish(acme, person(1, 'ada', 'Ada'))).toEqual(first);
    const second = await publish(acme, person(1, 'ada', 'Ada Lovelace'));
    const [before, after] = [first, second].map((each) => value(verifyProfile(each, acme.organisation.current())));
    expect(after?.version).toBeGreaterThan(before?.version as number);
  });

  test('keep rising after a restored backup', async () => {
    const own = () =>
      acme.profiles.get({ orgId: acme.organisation.orgId, accountId: account(1) })?.profile.version as number;
    for (const name of ['A', 'B', 'C']) await publish(acme, person(1, 'ada', name));
    const forgotten = own();
    await acme.db.write((tx) => tx.prepare('DELETE FROM profile').run());
    await acmeHome.clock.pass(60_000);
    await publish(acme, person(1, 'ada', 'D'));
    expect(own()).toBeGreaterThan(forgotten);
  });

  test('are undone with the transaction that made them', async () => {
    const failing = acme.db.write((tx) => {
      acme.profiles.publishOwn(person(1, 'ada', 'Ada'), tx);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(acme.profiles.get({ orgId: acme.organisation.orgId, accountId: account(1) })).toBeUndefined();
  });

  test('of who is erased no name is left', async () => {
    await publish(acme, person(1, 'adalovelace', 'Adalovelace Countess'));
    await publish(acme, person(1, 'adalovelace', 'Adalovelace Countess', 'erased'));
    expect(acme.profiles.get({ orgId: acme.organisation.orgId, accountId: account(1) })?.profile).toMatchObject({
      state: 'erased',
      localName: '',
      displayName: '',
    });
    expect(acme.profiles.search('ada', 10, all)).toEqual([]);
    const rows = acme.db.read.prepare<[], { bytes: Uint8Array }>('SELECT bytes FROM profile').all();
    expect(rows.map(({ bytes }) => Buffer.from(bytes).includes('ada'))).toEqual([false]);
    expect(acme.db.read.prepare('SELECT 1 FROM profileWord').all()).toEqual([]);
  });
});

describe('PROTOCOL 1.10: profiles from elsewhere', () => {
  test('are kept over a restart as they were signed', async () => {
    const signed = await publish(globex, person(1, 'bob', 'Bob'));
    expect(value(await acme.profiles.put(signed, globex.organisation.current()))).toBe(true);
    await acmeHome.reopen();
    acme = await acmeHome.node('acme.example');
    expect(acme.profiles.get(globexRef(1))?.signed).toEqual(signed);
    expect(acme.profiles.getMany([globexRef(2), globexRef(1)]).map(({ profile }) => profile.displayName)).toEqual([
      'Bob',
    ]);
  });

  test('the highest version wins, in whatever order they come', async () => {
    const old = await publish(globex, person(1, 'bob', 'Bob'));
    const heard: string[] = [];
    acme.profiles.onChange(({ accountId }) => heard.push(accountId));
    expect(await sent(person(1, 'bob', 'Robert'))).toBe(true);
    expect(value(await acme.profiles.put(old, globex.organisation.current()))).toBe(false);
    expect(await sent(person(1, 'bob', 'Robert'))).toBe(false);
    expect(acme.profiles.get(globexRef(1))?.profile.displayName).toBe('Robert');
    expect(heard).toEqual([account(1)]);
  });

  test('signed by somebody else, or for somebody else, are refused', async () => {
    const signed = await publish(globex, person(1, 'bob', 'Bob'));
    expectRefusal(await acme.profiles.put(signed, acme.organisation.current()), 'wrong_organisation');
    const forged = { ...signed, signature: signed.signature.map((byte) => byte ^ 1) };
    expectRefusal(await acme.profiles.put(forged, globex.organisation.current()), 'bad_signature');
    expect(acme.profiles.get(globexRef(1))).toBeUndefined();
  });

  test('are forgotten when asked, and an erased one stays erased', async () => {
    await sent(person(1, 'bob', 'Bob'));
    await acme.profiles.forget(globexRef(1));
    expect(acme.profiles.get(globexRef(1))).toBeUndefined();
    expect(acme.profiles.search('bob', 10, all)).toEqual([]);
    const old = await publish(globex, person(2, 'eve', 'Eve'));
    await sent(person(2, 'eve', 'Eve', 'erased'));
    expect(value(await acme.profiles.put(old, globex.organisation.current()))).toBe(false);
    expect(acme.profiles.get(globexRef(2))?.profile.state).toBe('erased');
  });
});

describe('PRODUCT P5: search among known people', () => {
  beforeEach(async () => {
    await publish(acme, person(1, 'ada', 'Ada Lovelace'));
    await sent(person(1, 'adam', 'Adam Ångström'));
    await sent(person(2, 'bob', 'Robert Adamson'));
    await sent(person(3, 'adele', 'Adele', 'disabled'));
  });

  const names = (typed: string, limit = 10, filter = all as Parameters<Identity['profiles']['search']>[2]) =>
    acme.profiles.search(typed, limit, filter).map(({ localName }) => localName);

  test('finds by the beginning of any word, without accents or case', () => {
    expect(names('ada').toSorted()).toEqual(['ada', 'adam', 'bob']);
    expect(names('ANGS')).toEqual(['adam']);
    expect(names('ångström ad')).toEqual(['adam']);
    expect(names('rob adams')).toEqual(['bob']);
    expect(names('adam rob')).toEqual(['bob']);
    expect(names('adam rob zoe')).toEqual([]);
    expect(names('lace')).toEqual([]);
    expect(names('')).toEqual([]);
    expect(names('%')).toEqual([]);
  });

  test('leaves out who is switched off, and whom the filter refuses', () => {
    expect(names('adele')).toEqual([]);
    expect(names('ada', 10, ({ orgId }) => orgId === acme.organisation.orgId)).toEqual(['ada']);
    expect(names('ada', 2)).toHaveLength(2);
  });

  test('two organisations may use the same account id', () => {
    expect(names('ada')).toContain('ada');
    expect(names('ada')).toContain('adam');
  });

  test('follows a change of name', async () => {
    await sent(person(2, 'bob', 'Robert Baker'));
    expect(names('adamson')).toEqual([]);
    expect(names('baker')).toEqual(['bob']);
  });
});
