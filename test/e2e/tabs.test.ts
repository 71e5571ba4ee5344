// Several tabs of one browser at a real node: one of them runs the messenger, and closing it hands over without loss.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import type { RunningMessenger } from '../../web/client/messenger.ts';
import { launchBrowser } from '../browser.ts';
import { joinAt, passwordOf } from '../client/screen.ts';
import { startNode, type TestNode } from '../nodes.ts';
import { type BuiltPage, buildPage } from './page.ts';

let built: BuiltPage;
let node: TestNode;
let browser: Browser;
let context: BrowserContext;
let anna: RunningMessenger;
let chat: ChatId;
const workers: string[] = [];
const errors: Error[] = [];

beforeAll(async () => {
  built = await buildPage(`
    import { connectMessenger } from '~/web/client/adapters/browser.ts';
    const messenger = connectMessenger();
    const looking = new Set();
    const look = () => looking.forEach((each) => each());
    Object.assign(window, {
      messenger,
      until: (found) => new Promise((resolve) => {
        const once = () => found() && looking.delete(once) && resolve(true);
        looking.add(once);
        once();
      }),
      watch: (chat) => messenger.watchConversation(chat, (view) => {
        window.view = view;
        look();
      }),
      messages: () => (window.view?.items ?? []).filter((item) => item.is === 'message'),
      texts: () => messages().map(({ text }) => text),
    });
    messenger.watchApp((app) => {
      window.app = app;
      look();
    });
  `);
  node = await startNode({ webFolder: built.folder });
  anna = (await joinAt(node, 'anna')).messenger;
  (await joinAt(node, 'ben')).messenger.close();
  browser = await launchBrowser();
  context = await browser.newContext();
  const [ben] = (await found('ben')) ?? [];
  const made = await anna.createPrivate({ name: 'Tabs', colour: 'teal', members: ben ? [ben] : [], welcome: 'hello' });
  if (!made.ok) throw new Error(made.refusal.code);
  chat = made.value;
});
afterAll(async () => {
  await browser?.close();
  anna?.close();
  await node?.end();
  built?.remove();
});

async function found(name: string) {
  const answer = await anna.searchPeople(name);
  return answer.ok ? answer.value : [];
}

async function openTab(): Promise<Page> {
  const page = await context.newPage();
  page.on('worker', (worker) => workers.push(worker.url()));
  page.on('pageerror', (error) => errors.push(error));
  page.on('console', (message) => message.type() === 'error' && errors.push(new Error(message.text())));
  await page.goto(node.address);
  return page;
}

// As expressions: the page's policy lets nobody make functions from text.
const until = (page: Page, found: string) => page.evaluate(`until(() => ${found})`);
const online = (page: Page) => until(page, `window.app?.connection === 'online'`);
const shows = (page: Page, text: string) => until(page, `texts().includes(${JSON.stringify(text)})`);
const send = (page: Page, text: string) => page.evaluate(`messenger.send('${chat}', ${JSON.stringify(text)}, [])`);

describe('tabs of one browser', () => {
  test('share one messenger, and closing its tab loses nothing', async () => {
    const first = await openTab();
    await until(first, `window.app?.phase.is === 'signed-out'`);
    expect(await first.evaluate(`messenger.signIn('ben', '${passwordOf('ben')}')`)).toMatchObject({ ok: true });
    await online(first);
    const second = await openTab();
    await online(second);
    for (const page of [first, second]) await page.evaluate(`watch('${chat}')`);
    await shows(second, 'hello');
    await send(second, 'from the second tab');
    await shows(first, 'from the second tab');
    expect(workers.length).toBe(1);

    // Closed in the middle of things: what the second tab asks for meanwhile is done by whoever comes next, once.
    const closing = first.close();
    const sent = Promise.all(['one', 'two', 'three'].map((text) => send(second, text)));
    await closing;
    expect(await sent).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    await anna.send(chat, 'from anna', []);
    await shows(second, 'from anna');
    await until(second, `messages().length === 6 && messages().every(({ state }) => state.is === 'stored')`);
    expect(workers.length).toBe(2);
    const texts = (await second.evaluate(`texts()`)) as string[];
    expect([...texts].sort()).toEqual(['from anna', 'from the second tab', 'hello', 'one', 'three', 'two']);
  });

  test('keep what is written without a connection, through a reload', async () => {
    const page = await openTab();
    await online(page);
    await page.evaluate(`watch('${chat}')`);
    await shows(page, 'from anna');
    for (const other of context.pages()) if (other !== page) await other.close();
    await online(page);
    await context.setOffline(true);
    await send(page, 'written offline');
    await context.setOffline(false);
    await page.reload();
    await online(page);
    await page.evaluate(`watch('${chat}')`);
    await shows(page, 'written offline');
    await until(page, `app.outbox === 0`);
    const texts = (await page.evaluate(`texts()`)) as string[];
    expect(texts.filter((text) => text === 'written offline').length).toBe(1);
    expect(errors.filter(({ message }) => !isOfTheNetwork(message))).toEqual([]);
  });
});

/** Not being signed in, and being offline, are answers that browsers print. */
function isOfTheNetwork(message: string): boolean {
  return /Failed to load resource|ERR_INTERNET_DISCONNECTED|WebSocket connection/.test(message);
}
