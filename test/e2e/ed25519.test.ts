// PROTOCOL 1.1 in a real browser: its Ed25519 keeps the rule, and is the one that is used.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../browser.ts';
import { startNode, type TestNode } from '../nodes.ts';
import { type BuiltPage, buildPage } from './page.ts';

let built: BuiltPage;
let node: TestNode;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  built = await buildPage(`
    import { verifyPortable, verify } from '~/protocol/ed25519.ts';
    import { probes } from '~/protocol/ed25519-probes.ts';
    import { verifyWeb, webKeepsTheRule } from '~/protocol/ed25519-web.ts';
    import { importSigner, publicKeyOf, sign } from '~/protocol/seal/sign.ts';
    window.kept = webKeepsTheRule;
    window.answers = () => Promise.all(probes().map(async ({ what, message, key, signature }) => [
      what, await verifyWeb(message, key, signature), verifyPortable(message, key, signature),
    ]));
    window.own = async () => {
      const seed = new Uint8Array(32).fill(7);
      const [key, data] = [await publicKeyOf(seed), new Uint8Array(100)];
      const signature = await sign('message', data, await importSigner(seed));
      const others = [verify('fin', data, key, signature), verify('message', data, key, signature.slice(1))];
      return [await verify('message', data, key, signature), ...(await Promise.all(others))];
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

describe('PROTOCOL 1.1: Ed25519 in a browser', () => {
  test('WebCrypto answers as the portable equation does, and is used', async () => {
    for (const [what, web, portable] of (await page.evaluate('window.answers()')) as [string, boolean, boolean][]) {
      expect({ what, web }).toEqual({ what, web: portable });
    }
    expect(await page.evaluate('window.kept()')).toBe(true);
  });

  test('what is signed there verifies there, for its kind alone', async () => {
    expect(await page.evaluate('window.own()')).toEqual([true, false, false]);
  });
});
