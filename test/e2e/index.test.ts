// The contract of the search index over SQLite's WebAssembly and the browser's private file system, inside a real browser.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INDEX_CONTRACT } from '../../web/client/search/index-contract.ts';
import { launchBrowser } from '../browser.ts';
import { startNode, type TestNode } from '../nodes.ts';
import { type BuiltPage, buildPage } from './page.ts';

let built: BuiltPage;
let node: TestNode;
let browser: Browser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  built = await buildPage(`
    import { createIndexPlace } from '~/web/client/adapters/browser/index-place.ts';
    import { createSystemClock } from '~/web/client/adapters/system.ts';
    import { INDEX_CONTRACT } from '~/web/client/search/index-contract.ts';
    const clock = createSystemClock(console.error);
    window.place = (name) => createIndexPlace(name, clock);
    window.check = async (name) => {
      const place = window.place('contract');
      await INDEX_CONTRACT[name](() => place.open('alice'));
      await place.wipe();
    };
    window.left = async () => {
      const names = [];
      const walk = async (folder, path) => {
        for await (const [name, each] of folder.entries()) {
          names.push(path + name);
          if (each.kind === 'directory') await walk(each, path + name + '/');
        }
      };
      await walk(await navigator.storage.getDirectory(), '');
      return names.sort();
    };
    window.count = async (index) => (await index.find({ terms: [{ words: ['lasting'], open: false }],
      chat: null, who: null, kind: null, from: null, to: null, before: null, limit: 9 })).length;
    window.said = { chat: 'c', log: 'l', seq: 1, org: 'o', account: 'a', hlc: 1024, entry: 'e', isEdit: false,
      text: 'lasting', names: [] };
  `);
  node = await startNode({ webFolder: built.folder });
  browser = await launchBrowser();
  page = await browser.newPage();
  page.on('console', (message) => message.type() !== 'debug' && faults.push(message.text()));
  await page.goto(node.address);
});
afterAll(async () => {
  await browser?.close();
  await node?.end();
  built?.remove();
});

describe('the search index in a browser', () => {
  test.each(Object.keys(INDEX_CONTRACT))('%s', async (name) => {
    await page.evaluate(`window.check(${JSON.stringify(name)})`);
  });

  test('what was written is there after the page was loaded again, and nothing of it after it was wiped', async () => {
    await page.evaluate(`window.place('again').open('alice').then((index) => index.write({ said: [window.said] }))`);
    await page.reload();
    expect(await page.evaluate(`window.place('again').open('alice').then(window.count)`)).toBe(1);
    await page.reload();
    expect(await page.evaluate(`window.left()`)).toEqual(['again', 'again/index', 'again/index-journal']);
    expect(await page.evaluate(`window.place('again').open('mallory').then(window.count)`)).toBe(0);
    await page.reload();
    await page.evaluate(`window.place('again').wipe()`);
    expect(await page.evaluate(`window.left()`)).toEqual([]);
  });

  test('a file that is broken is made anew', async () => {
    await page.evaluate(`(async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle('broken', { create: true });
      const writing = await (await folder.getFileHandle('index', { create: true })).createWritable();
      await writing.write('no database at all '.repeat(5000));
      await writing.close();
      const index = await window.place('broken').open('alice');
      await index.write({ said: [window.said] });
      if (await window.count(index) !== 1) throw new Error('it is not there');
    })()`);
  });

  test('says nothing on the console', () => {
    expect(faults).toEqual([]);
  });
});
