// The keys of an account at a real node: made at sign-up, opened again by what opens them, and gone where they must be gone.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryKeys } from '../../web/client/adapters/memory-keys.ts';
import { createNodeMessenger, signUp } from '../../web/client/adapters/node.ts';
import { createMemoryStore } from '../../web/client/memory-store.ts';
import type { MeView, PersonView, Phase } from '../../web/client/model.ts';
import { value as reset, startNode, type TestNode } from '../nodes.ts';
import { passwordOf, Screen, value } from './screen.ts';

let node: TestNode;
const open = new Set<Device>();

beforeAll(async () => {
  node = await startNode();
  await node.person('root', { administrator: true });
});
afterAll(async () => {
  for (const device of open) device.screen.messenger.close();
  await node?.end();
});

/** A browser profile: what it keeps, and what it shows. */
class Device {
  readonly store = createMemoryStore();
  readonly keys = createMemoryKeys();
  readonly cookies = new Map<string, string>();
  readonly label: string;
  screen: Screen;

  constructor(label: string) {
    this.label = label;
    this.screen = this.#start();
    open.add(this);
  }

  reload(): void {
    this.screen.messenger.close();
    this.screen = this.#start();
  }

  get messenger() {
    return this.screen.messenger;
  }

  phase<K extends Phase['is']>(is: K): Promise<Extract<Phase, { is: K }>> {
    return this.screen.until(
      () => this.screen.app.phase.is === is && (this.screen.app.phase as Extract<Phase, { is: K }>),
    );
  }

  async me(): Promise<MeView> {
    return (await this.phase('signed-in')).me;
  }

  async logIn(name: string, password = passwordOf(name)): Promise<void> {
    value(await this.messenger.signIn(name, password));
  }

  /** Nothing of the account is left on it. */
  async isEmpty(): Promise<boolean> {
    return (await this.keys.read()) === null && (await this.store.list('')).length === 0;
  }

  #start(): Screen {
    const { store, keys, cookies, label } = this;
    return new Screen(createNodeMessenger({ baseUrl: node.address, label, store, keys, cookies }));
  }
}

/** To join, or where the account is there, to set its password anew. */
async function linkFor(name: string): Promise<string> {
  const { accounts, links } = node.node.core.accounts;
  const account = accounts.byName(name);
  return account ? reset(await links.makeFor(account.accountId, null)).token : (await links.makeJoin(null)).token;
}

async function newcomer(name: string): Promise<{ device: Device; code: string }> {
  const device = new Device('first');
  const joining = { token: await linkFor(name), name, displayName: name, password: passwordOf(name) };
  const code = value(await signUp(device.messenger, joining)) ?? '';
  await device.me();
  return { device, code };
}

async function loggedIn(name: string, label = 'second'): Promise<Device> {
  const device = new Device(label);
  await device.logIn(name);
  await device.me();
  return device;
}

async function fingerprint(device: Device): Promise<string> {
  return (await device.me()).seal?.fingerprint.join(' ') ?? 'none';
}

/** By a reset link, as an administrator could use it too. */
async function withNewPassword(name: string, password: string): Promise<Device> {
  const device = new Device('after the reset');
  value(await device.messenger.join(await linkFor(name), name, name, password));
  await device.phase('locked');
  return device;
}

async function personOf(device: Device, name: string): Promise<PersonView> {
  return value(await device.messenger.resolveAddress(`${name}@acme.localhost`));
}

async function markOf(device: Device, name: string): Promise<PersonView['identity']> {
  return value(await device.messenger.safety(await personOf(device, name))).person.identity;
}

describe('SEAL 3: the vault', () => {
  test('is made at sign-up, with a recovery code that is shown once', async () => {
    const device = new Device('first');
    value(await device.messenger.join(await linkFor('amy'), 'amy', 'Amy', passwordOf('amy')));
    const { code } = await device.phase('recovery');
    expect(code).toMatch(/^([A-Z2-7]{4} ){8}[A-Z2-7]{4}$/);
    expect((await device.messenger.keepRecoveryCode('AAAA'.repeat(9))).ok).toBe(false);
    value(await device.messenger.keepRecoveryCode(code.toLowerCase()));
    const { seal } = await device.me();
    expect(seal?.fingerprint).toHaveLength(6);
    await device.screen.until(
      () => device.screen.app.phase.is === 'signed-in' && device.screen.app.phase.me.seal?.recoveryKept,
    );
  });

  test('that was left before the code was confirmed says so, and takes another code', async () => {
    const device = new Device('first');
    value(await device.messenger.join(await linkFor('bea'), 'bea', 'Bea', passwordOf('bea')));
    await device.phase('recovery');
    device.reload();
    expect((await device.me()).seal?.recoveryKept).toBe(false);
    const next = value(await device.messenger.newRecoveryCode());
    value(await device.messenger.keepRecoveryCode(next));
    value(await device.messenger.lock());
    value(await device.messenger.unlock({ code: next }));
    expect((await device.me()).seal?.recoveryKept).toBe(true);
  });

  test('is opened by a reload without a question', async () => {
    const { device } = await newcomer('cleo');
    const before = await fingerprint(device);
    device.reload();
    expect(await fingerprint(device)).toBe(before);
  });

  test('is opened by the password on another device, which the card names from then on', async () => {
    const { device } = await newcomer('dan');
    const second = await loggedIn('dan');
    expect(await fingerprint(second)).toBe(await fingerprint(device));
    const devices = value(await device.messenger.devices());
    expect(devices.map(({ label, here }) => [label, here]).sort()).toEqual([
      ['first', true],
      ['second', false],
    ]);
    second.reload();
    expect(await fingerprint(second)).toBe(await fingerprint(device));
  });

  test('is closed by a lock, which leaves nothing on the device, and opened by the password or the code', async () => {
    const { device, code } = await newcomer('eve');
    const before = await fingerprint(device);
    for (const by of [{ password: passwordOf('eve') }, { code }]) {
      value(await device.messenger.lock());
      expect(await device.phase('locked')).toMatchObject({ after: 'lock', ways: ['password', 'code'], why: null });
      expect(await device.isEmpty()).toBe(true);
      expect(await device.messenger.devices()).toMatchObject({ refusal: { code: 'vault_locked' } });
      value(await device.messenger.unlock(by));
      expect(await fingerprint(device)).toBe(before);
    }
    expect(value(await device.messenger.devices())).toHaveLength(1);
  });

  test('stays closed after a reload, and to a wrong password or code', async () => {
    const { device } = await newcomer('fay');
    value(await device.messenger.lock());
    device.reload();
    await device.phase('locked');
    expect(await device.messenger.unlock({ password: 'not this one at all' })).toMatchObject({
      refusal: { code: 'bad_login' },
    });
    const other = value(await (await newcomer('gus')).device.messenger.newRecoveryCode());
    for (const code of [other, 'ABCD', other.replace(/./, (letter) => (letter === 'A' ? 'B' : 'A'))]) {
      expect(await device.messenger.unlock({ code })).toMatchObject({ refusal: { code: 'wrong_code' } });
    }
    expect((await device.phase('locked')).after).toBe('lock');
  });

  test('leaves nothing behind when somebody signs out', async () => {
    const { device } = await newcomer('hal');
    value(await device.messenger.signOut(false));
    await device.phase('signed-out');
    await device.screen.until(() => true);
    expect(await device.isEmpty()).toBe(true);
  });

  test('is made at the first log-in of an account from before sealing', async () => {
    await node.person('ida', { password: passwordOf('ida') });
    const device = new Device('first');
    await device.logIn('ida');
    const { code } = await device.phase('recovery');
    value(await device.messenger.keepRecoveryCode(code));
    expect(await fingerprint(await loggedIn('ida'))).toBe(await fingerprint(device));
  });

  test('asks for the password where a session has no keys yet', async () => {
    const { sessionToken } = await node.person('jan', { password: passwordOf('jan') });
    const device = new Device('first');
    const other = await newcomer('jon');
    const [cookie = ''] = other.device.cookies.keys();
    device.cookies.set(cookie, sessionToken);
    device.reload();
    expect(await device.phase('locked')).toMatchObject({ after: 'no-keys', ways: ['password'] });
    value(await device.messenger.unlock({ password: passwordOf('jan') }));
    await device.phase('recovery');
  });
});

describe('a program that acts by a token', () => {
  test('makes its keys by itself where it has a place for them, and opens them again', async () => {
    const { token } = await node.person('robot');
    const keys = createMemoryKeys();
    const start = () => new Screen(createNodeMessenger({ baseUrl: node.address, token, keys }));
    const first = start();
    const { code, me } = await first.until(() => first.app.phase.is === 'recovery' && first.app.phase);
    expect(me.seal?.fingerprint).toHaveLength(6);
    first.messenger.close();
    const second = start();
    const phase = await second.until(() => second.app.phase.is === 'signed-in' && second.app.phase);
    expect(phase.me.seal?.fingerprint).toEqual(me.seal?.fingerprint);
    second.messenger.close();
    await keys.clear();
    const third = start();
    const locked = await third.until(() => third.app.phase.is === 'locked' && third.app.phase);
    expect(locked.ways).toEqual(['code']);
    value(await third.messenger.unlock({ code }));
    await third.until(() => third.app.phase.is === 'signed-in');
    third.messenger.close();
  });

  test('has none without such a place, and is signed in all the same', async () => {
    const { token } = await node.person('drone');
    const screen = new Screen(createNodeMessenger({ baseUrl: node.address, token }));
    const { me } = await screen.until(() => screen.app.phase.is === 'signed-in' && screen.app.phase);
    expect(me.seal).toBeNull();
    expect(await screen.messenger.lock()).toMatchObject({ refusal: { code: 'not_acceptable' } });
    screen.messenger.close();
  });
});

describe('SEAL 3.3: another device', () => {
  test('is signed out from afar, keeps nothing, and is off the card with the next user key', async () => {
    const { device } = await newcomer('kim');
    const second = await loggedIn('kim');
    const away = value(await device.messenger.devices()).find(({ here }) => !here);
    if (!away) throw new Error('no second device');
    value(await device.messenger.removeDevice(away.device));
    const { why } = await second.phase('signed-out');
    expect(why?.code).toBe('not_signed_in');
    await expect.poll(() => second.isEmpty()).toBe(true);
    expect(value(await device.messenger.devices())).toHaveLength(1);
    // The vault has both generations, on this device and on the next.
    expect(await fingerprint(await loggedIn('kim', 'third'))).toBe(await fingerprint(device));
  });

  test('that stays reads on, though the account has another user key since', async () => {
    const { device } = await newcomer('ned');
    const stays = await loggedIn('ned', 'stays');
    await loggedIn('ned', 'goes');
    const friend = (await newcomer('ola')).device;
    const ned = await personOf(friend, 'ned');
    const input = { name: 'Keys', colour: 'teal', members: [ned], welcome: 'before' } as const;
    const chat = value(await friend.messenger.createPrivate(input));
    const there = stays.screen.open(chat);
    await stays.screen.until(() => there.lines().includes('before'));
    const goes = value(await device.messenger.devices()).find(({ label }) => label === 'goes');
    if (!goes) throw new Error('no third device');
    value(await device.messenger.removeDevice(goes.device));
    // Whoever of the two is first gives the chat a new key.
    const wraps = async () => {
      const input = { params: { chat }, query: { from: 0 } };
      return value(await stays.messenger.admin<{ wraps: { ukGen: number }[] }>('GET /api/v1/chats/:chat/wraps', input))
        .wraps;
    };
    await expect.poll(async () => (await wraps()).map(({ ukGen }) => ukGen), { timeout: 40_000 }).toContain(2);
    value(await friend.messenger.send(chat, 'after', []));
    await stays.screen.until(() => there.lines().includes('after'));
  });

  test('cannot be the one that asks', async () => {
    const { device } = await newcomer('leo');
    const [here] = value(await device.messenger.devices());
    if (!here) throw new Error('no device');
    expect(await device.messenger.removeDevice(here.device)).toMatchObject({ refusal: { code: 'not_acceptable' } });
  });

  test('writes the vault at the same time, and neither loses what the other wrote', async () => {
    const { device } = await newcomer('max');
    const second = await loggedIn('max');
    const names = ['mia', 'moe'];
    for (const name of names) (await newcomer(name)).device.messenger.close();
    const [mia, moe] = await Promise.all([personOf(device, 'mia'), personOf(second, 'moe')]);
    const judged = await Promise.all([
      device.messenger.judgeIdentity(mia, 'verified'),
      second.messenger.judgeIdentity(moe, 'verified'),
    ]);
    expect(judged.map(({ ok }) => ok)).toEqual([true, true]);
    const third = await loggedIn('max', 'third');
    expect([await markOf(third, 'mia'), await markOf(third, 'moe')]).toEqual(['verified', 'verified']);
  });
});

describe('SEAL 3.4: the password', () => {
  test('is changed with the vault, and signs the other devices out', async () => {
    const { device } = await newcomer('nia');
    const before = await fingerprint(device);
    const second = await loggedIn('nia');
    expect(await device.messenger.changePassword('not this one at all', 'another one entirely')).toMatchObject({
      refusal: { code: 'bad_login' },
    });
    value(await device.messenger.changePassword(passwordOf('nia'), 'another one entirely'));
    await second.phase('signed-out');
    const third = new Device('third');
    expect(await third.messenger.signIn('nia', passwordOf('nia'))).toMatchObject({ refusal: { code: 'bad_login' } });
    await third.logIn('nia', 'another one entirely');
    expect(await fingerprint(third)).toBe(before);
  });

  test('that was set by a link opens the vault only with the code, and by itself from then on', async () => {
    const { device, code } = await newcomer('oli');
    const before = await fingerprint(device);
    const reset = await withNewPassword('oli', 'set by a link once');
    expect(await reset.phase('locked')).toMatchObject({ after: 'reset', ways: ['code'] });
    expect(await reset.messenger.unlock({ code: 'ABCD'.repeat(9) })).toMatchObject({ refusal: { code: 'wrong_code' } });
    value(await reset.messenger.unlock({ code }));
    expect(await fingerprint(reset)).toBe(before);
    await device.phase('signed-out');
    const third = new Device('third');
    await third.logIn('oli', 'set by a link once');
    expect(await fingerprint(third)).toBe(before);
  });

  test('that an administrator sets gives nothing but a new identity, and others are warned of it', async () => {
    const { device, code } = await newcomer('pia');
    const before = await fingerprint(device);
    const friend = (await newcomer('quin')).device;
    const pia = await personOf(friend, 'pia');
    const former = value(await friend.messenger.safety(pia)).number;
    value(await friend.messenger.judgeIdentity(pia, 'verified'));
    expect(await markOf(friend, 'pia')).toBe('verified');

    const intruder = await withNewPassword('pia', 'set by the administrator');
    expect(await intruder.keys.read()).toBeNull();
    value(await intruder.messenger.startOver());
    const made = await intruder.phase('recovery');
    value(await intruder.messenger.keepRecoveryCode(made.code));
    expect(await fingerprint(intruder)).not.toBe(before);

    const seen = value(await friend.messenger.safety(pia));
    expect(seen.person.identity).toBe('changed');
    expect(seen.former).toEqual(former);
    expect(seen.number).not.toEqual(former);
    const again = await loggedIn('quin');
    expect(await markOf(again, 'pia')).toBe('changed');
    value(await again.messenger.judgeIdentity(pia, 'pinned'));
    expect(await markOf(again, 'pia')).toBe('pinned');
    // The old code is of a vault that is gone.
    value(await intruder.messenger.lock());
    expect(await intruder.messenger.unlock({ code })).toMatchObject({ refusal: { code: 'wrong_code' } });
  });
});
