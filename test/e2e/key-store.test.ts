// The contract of the KeyStore over IndexedDB, inside a real browser.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY_STORE_CONTRACT } from '../../web/client/key-store-contract.ts';
import { launchBrowser } from '../browser.ts';
import { startNode, type TestNode } from '../nodes.ts';
import { type BuiltPage, buildPage } from './page.ts';

let built: BuiltPage;
let node: TestNode;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  built = await buildPage(`
    import { openIndexedDbKeys } from '~/web/client/adapters/browser/indexeddb-keys.ts';
    import { KEY_STORE_CONTRACT } from '~/web/client/key-store-contract.ts';
    window.check = (name) => KEY_STORE_CONTRACT[name](() => openIndexedDbKeys(name));
    window.open = openIndexedDbKeys;
    const member = { org: 'org_x', account: 'acc_x', device: 'dev_x' };
    const wrapped = { nonce: new Uint8Array(12), ciphertext: new Uint8Array(48) };
    const kept = { wrapped, vault: new Uint8Array(1), identity: new Uint8Array(1) };
    window.keep = async () => {
      const keys = await openIndexedDbKeys('reload');
      await keys.write({ ...(await keys.fresh()), ...member, ...kept });
    };
    window.usable = async () => {
      const { deviceKey } = await (await openIndexedDbKeys('reload')).read();
      return (await crypto.subtle.sign('Ed25519', deviceKey.privateKey, new Uint8Array(1))).byteLength;
    };
  `);
  node = await startNode({ webFolder: built.folder });
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(node.address);
});
afterAll(async () => {
  await browser?.close();
  await node?.end();
  built?.remove();
});

describe('the keys in a browser', () => {
  test.each(Object.keys(KEY_STORE_CONTRACT))('%s', async (name) => {
    await page.evaluate(`window.check(${JSON.stringify(name)})`);
  });

  test('sign after the page was loaded again', async () => {
    await page.evaluate('window.keep()');
    await page.reload();
    expect(await page.evaluate('window.usable()')).toBe(64);
  });
});
