// SEAL 3.2: passkeys as unlockers, at a real node, with a browser whose PRF is HMAC as an authenticator's is.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryKeys } from '../../web/client/adapters/memory-keys.ts';
import { createNodeMessenger, signUp } from '../../web/client/adapters/node.ts';
import { createMemoryStore } from '../../web/client/memory-store.ts';
import type { Phase } from '../../web/client/model.ts';
import type { PasskeyAnswer, PasskeyAsk } from '../../web/client/passkey.ts';
import { value as made, startNode, type TestNode } from '../nodes.ts';
import { passwordOf, Screen, value } from './screen.ts';

let node: TestNode;
const all = new Set<Browser>();

beforeAll(async () => {
  node = await startNode();
  await node.person('root', { administrator: true });
});
afterAll(async () => {
  for (const each of all) each.messenger.close();
  await node?.end();
});

/** A browser profile. */
class Browser {
  readonly screen: Screen;

  constructor() {
    const parts = { store: createMemoryStore(), keys: createMemoryKeys(), cookies: new Map<string, string>() };
    this.screen = new Screen(createNodeMessenger({ baseUrl: node.address, label: 'test', ...parts }));
    all.add(this);
  }

  get messenger() {
    return this.screen.messenger;
  }

  phase<K extends Phase['is']>(is: K): Promise<Extract<Phase, { is: K }>> {
    return this.screen.until(
      () => this.screen.app.phase.is === is && (this.screen.app.phase as Extract<Phase, { is: K }>),
    );
  }

  async ask(): Promise<PasskeyAsk> {
    return value(await this.messenger.passkeyAsk());
  }

  async lock(): Promise<void> {
    value(await this.messenger.lock());
    await this.phase('locked');
  }

  async unlock(passkey: PasskeyAnswer): Promise<string | null> {
    const answer = await this.messenger.unlock({ passkey });
    return answer.ok ? null : answer.refusal.code;
  }
}

async function linkFor(name: string): Promise<string> {
  const { accounts, links } = node.node.core.accounts;
  const account = accounts.byName(name);
  return account ? made(await links.makeFor(account.accountId, null)).token : (await links.makeJoin(null)).token;
}

async function newcomer(name: string): Promise<Browser> {
  const browser = new Browser();
  const joining = { token: await linkFor(name), name, displayName: name, password: passwordOf(name) };
  await signUp(browser.messenger, joining);
  await browser.phase('signed-in');
  return browser;
}

/** A resident passkey with a secret of its own. */
class Authenticator {
  readonly #secret: string;
  readonly credential: Uint8Array;
  #user: Uint8Array | null = null;

  constructor(secret: string) {
    this.#secret = secret;
    this.credential = new TextEncoder().encode(secret);
  }

  make(ask: PasskeyAsk): PasskeyAnswer {
    this.#user = ask.user;
    return this.use(ask);
  }

  use({ salt }: PasskeyAsk): PasskeyAnswer {
    const secret = new Uint8Array(createHmac('sha256', this.#secret).update(salt).digest());
    return { is: 'got', credential: this.credential, user: this.#user, secret };
  }
}

/** Somebody with one passkey. */
async function withPasskey(name: string): Promise<{ browser: Browser; passkey: Authenticator }> {
  const browser = await newcomer(name);
  const passkey = new Authenticator(name);
  value(await browser.messenger.addPasskey('Phone', passkey.make(await browser.ask())));
  return { browser, passkey };
}

const list = async (browser: Browser) => value(await browser.messenger.passkeys());

test('a passkey opens the vault that was locked; the list says when it did', async () => {
  const { browser, passkey } = await withPasskey('ada');
  expect(await list(browser)).toMatchObject([{ name: 'Phone', lastUsedAt: null, credential: passkey.credential }]);
  expect((await browser.ask()).known).toEqual([passkey.credential]);
  await browser.lock();
  const asked = await browser.ask();
  expect(asked.known).toEqual([]);
  expect(await browser.unlock(passkey.use(asked))).toBeNull();
  await browser.phase('signed-in');
  expect(await list(browser)).toMatchObject([{ name: 'Phone', lastUsedAt: expect.any(Number) }]);
});

test('what is no answer, no PRF, another passkey or of another account opens nothing, and nothing is lost', async () => {
  const { browser, passkey } = await withPasskey('ben');
  const other = await withPasskey('bea');
  await browser.lock();
  const asked = await browser.ask();
  expect(await browser.unlock({ is: 'cancelled' })).toBe('passkey_cancelled');
  expect(await browser.unlock({ is: 'without_prf' })).toBe('passkey_without_prf');
  expect(await browser.unlock({ ...passkey.use(asked), secret: new Uint8Array(31) } as PasskeyAnswer)).toBe(
    'passkey_without_prf',
  );
  expect(await browser.unlock(new Authenticator('lost').use(asked))).toBe('passkey_wrong');
  expect(await browser.unlock(other.passkey.use(asked))).toBe('passkey_of_other');
  // A browser that does not say whose it is: the salt is the account's, and so is the envelope.
  expect(await browser.unlock({ ...other.passkey.use(asked), user: null } as PasskeyAnswer)).toBe('passkey_wrong');
  expect(await browser.unlock({ ...passkey.use(await other.browser.ask()) })).toBe('passkey_wrong');
  expect(await browser.unlock(passkey.use(asked))).toBeNull();
  expect((await browser.phase('signed-in')).me.name).toBe('ben');
});

test('who has none is not offered one', async () => {
  const browser = await newcomer('cleo');
  await browser.lock();
  expect(await browser.messenger.passkeyAsk()).toMatchObject({ refusal: { code: 'not_found' } });
});

test('one is not added twice, nor one that does not answer', async () => {
  const { browser, passkey } = await withPasskey('dan');
  const asked = await browser.ask();
  expect(await browser.messenger.addPasskey('Again', passkey.use(asked))).toMatchObject({
    refusal: { code: 'passkey_exists' },
  });
  expect(await browser.messenger.addPasskey('Cancelled', { is: 'cancelled' })).toMatchObject({
    refusal: { code: 'passkey_cancelled' },
  });
  expect(await list(browser)).toHaveLength(1);
});

test('one that was removed opens nothing any more; the others do', async () => {
  const { browser, passkey } = await withPasskey('eva');
  const second = new Authenticator('second');
  value(await browser.messenger.addPasskey('Key', second.make(await browser.ask())));
  const [first] = await list(browser);
  value(await browser.messenger.removePasskey(first?.id ?? ''));
  expect(await list(browser)).toMatchObject([{ name: 'Key' }]);
  await browser.lock();
  const asked = await browser.ask();
  expect(await browser.unlock(passkey.use(asked))).toBe('passkey_wrong');
  expect(await browser.unlock(second.use(asked))).toBeNull();
});

test('a new password and a new recovery code leave it in force', async () => {
  const { browser, passkey } = await withPasskey('fay');
  value(await browser.messenger.changePassword(passwordOf('fay'), passwordOf('fay again')));
  value(await browser.messenger.keepRecoveryCode(value(await browser.messenger.newRecoveryCode())));
  await browser.lock();
  expect(await browser.unlock(passkey.use(await browser.ask()))).toBeNull();
});

test('after a password by link it stands in for the code, and that password opens the vault from then on', async () => {
  const { passkey } = await withPasskey('gus');
  const elsewhere = new Browser();
  value(await elsewhere.messenger.join(await linkFor('gus'), 'gus', 'gus', passwordOf('gus new')));
  await elsewhere.phase('locked');
  expect(await elsewhere.unlock(passkey.use(await elsewhere.ask()))).toBeNull();
  await elsewhere.phase('signed-in');
  const third = new Browser();
  value(await third.messenger.signIn('gus', passwordOf('gus new')));
  await third.phase('signed-in');
});

test('new keys after everything was lost leave none of the old ones', async () => {
  const { browser, passkey } = await withPasskey('hal');
  await browser.lock();
  const asked = await browser.ask();
  value(await browser.messenger.startOver());
  const { code } = await browser.phase('recovery');
  value(await browser.messenger.keepRecoveryCode(code));
  expect(await list(browser)).toEqual([]);
  await browser.lock();
  expect(await browser.unlock(passkey.use(asked))).toBe('passkey_wrong');
});
