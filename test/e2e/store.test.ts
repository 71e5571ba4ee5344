// The contract of the Store over IndexedDB, inside a real browser.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STORE_CONTRACT } from '../../web/client/store-contract.ts';
import { launchBrowser } from '../browser.ts';
import { startNode, type TestNode } from '../nodes.ts';
import { type BuiltPage, buildPage } from './page.ts';

let built: BuiltPage;
let node: TestNode;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  built = await buildPage(`
    import { openIndexedDbStore } from '~/web/client/adapters/browser/indexeddb.ts';
    import { STORE_CONTRACT } from '~/web/client/store-contract.ts';
    window.check = (name) => STORE_CONTRACT[name](() => openIndexedDbStore(name));
    window.open = openIndexedDbStore;
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

describe('the store in a browser', () => {
  test.each(Object.keys(STORE_CONTRACT))('%s', async (name) => {
    await page.evaluate(`window.check(${JSON.stringify(name)})`);
  });

  test('what was written is there after the page was loaded again', async () => {
    await page.evaluate(`window.open('reload').then((store) => store.write([{ key: 'outbox/1', value: { n: 1 } }]))`);
    await page.reload();
    expect(await page.evaluate(`window.open('reload').then((store) => store.get('outbox/1'))`)).toEqual({ n: 1 });
  });
});
