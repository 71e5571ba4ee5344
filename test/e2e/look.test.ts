// How chats look, how people are brought in, and the keys that work everywhere: in a real browser, on invented data.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSample, type Sample } from './sample.ts';
import { seriousFaults } from './stage.ts';

const picture = fileURLToPath(new URL('../../config/screenshot.png', import.meta.url));
const launch = '#/chat/chat_launch';
const board = '#/chat/chat_board/details';

let sample: Sample;
beforeAll(async () => {
  sample = await openSample();
});
afterAll(() => sample?.close());

async function press(page: Page, key: string, appears: string): Promise<void> {
  // What listens for keys comes when the browser has nothing else to do.
  await expect
    .poll(
      async () => {
        if ((await page.getByRole('dialog').count()) === 0) await page.keyboard.press(key);
        return page.getByRole('heading', { name: appears }).isVisible();
      },
      { timeout: 30_000 },
    )
    .toBe(true);
}
const changeLook = (page: Page) => page.getByRole('button', { name: 'Change name, colour and picture' }).click();

type Screen = [name: string, place: string, ready: string, step?: (page: Page) => Promise<void>];
const screens: Screen[] = [
  ['a conversation', `${launch}/details`, 'invited by Rosa Díaz'],
  ['settings', '#/settings', 'High contrast'],
  ['a new chat', '#/', 'Choose a chat', (page) => page.getByRole('button', { name: 'New chat' }).first().click()],
  ['a look', board, 'Change name, colour and picture', changeLook],
  ['keys', launch, 'Plates until tonight are fine.', (page) => press(page, 'Control+/', 'Keyboard')],
  ['the switcher', launch, 'Plates until tonight are fine.', (page) => press(page, 'Control+k', 'Go to')],
  ['partners', '#/administration/partners', 'Wants to connect'],
  ['security', '#/security', 'Safari on iPhone'],
];

describe.each(['light', 'dark'] as const)('in high contrast, %s', (colorScheme) => {
  test.each(screens)('%s can be used by everybody', async (_name, place, ready, step) => {
    const page = await sample.open({ scene: '', place, theme: 'contrast' }, { colorScheme });
    await page.getByText(ready).first().waitFor({ state: 'attached' });
    await step?.(page);
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });
});

describe('keys', () => {
  test('lead to a chat by a few letters, and to the chat below and back', async () => {
    const page = await sample.open({ scene: '', place: launch });
    await press(page, 'Control+k', 'Go to');
    await page.keyboard.type('board');
    await page.getByRole('option', { name: /Board pack Q4/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Board pack Q4' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Alt+ArrowDown');
    await page.getByRole('heading', { name: 'Acme Robotics', level: 2 }).waitFor();
    await page.keyboard.press('Alt+ArrowUp');
    await page.getByRole('heading', { name: 'Board pack Q4' }).waitFor();
    await page.close();
  });

  test('are all in one sheet, which Esc leaves', async () => {
    const page = await sample.open({ scene: '', place: launch });
    await press(page, 'Control+/', 'Keyboard');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.close();
  });
});

describe('the picture of a chat', () => {
  test('is picked, cut by keyboard, made small, and shown', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_amber/details' });
    await changeLook(page);
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles(picture);
    const cut = dialog.getByRole('application', { name: 'Cut-out of the picture' });
    await cut.focus();
    for (const key of ['+', '+', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    await expect.poll(() => dialog.getByRole('slider', { name: 'Closer' }).inputValue()).not.toBe('1');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const shown = page.getByRole('complementary').locator('img');
    await shown.waitFor();
    const size = await page.evaluate(
      '(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight])(document.querySelector("aside img"))',
    );
    expect(size).toEqual([256, 256]);
    await page.close();
  });

  test.each([
    [
      'a drawing that can hold scripts',
      'logo.png',
      '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      'SVG',
    ],
    ['something else', 'photo.jpg', '%PDF-1.7', 'not a picture'],
    ['a damaged one', 'photo.png', readFileSync(picture).subarray(0, 400).toString('latin1'), 'damaged'],
  ])('is never %s', async (_, name, content, why) => {
    const page = await sample.open({ scene: '', place: board });
    await changeLook(page);
    const file = { name, mimeType: 'image/png', buffer: Buffer.from(content, 'latin1') };
    await page.getByRole('dialog').locator('input[type=file]').setInputFiles(file);
    await page.getByRole('alert').filter({ hasText: why }).waitFor();
    await page.close();
  });
});

test('a list of addresses is pasted at once, and of who was not found it is said why', async () => {
  const page = await sample.open({ scene: '', place: '#/' });
  await page.getByRole('button', { name: 'New chat' }).first().click();
  const field = page.getByRole('combobox', { name: 'People' });
  await field.focus();
  await page.evaluate(`
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'Grace <grace@globex.example>, ada@globex.example; nobody@elsewhere.example');
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  `);
  await page.getByText('Not added').waitFor();
  expect(await page.getByText('nobody@elsewhere.example').count()).toBe(1);
  await page.getByText('This reaches people of Globex.').waitFor();
  await page.close();
});
