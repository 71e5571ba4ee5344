// Every screen in a real browser, on invented data: axe finds nothing serious in either theme, nothing breaks the content
// security policy, and the main flows go by keyboard alone.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSample, type Sample } from './sample.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const phone = { viewport: { width: 390, height: 844 } };
const launch = '#/chat/chat_launch';

let sample: Sample;
beforeAll(async () => {
  sample = await openSample();
});
afterAll(() => sample?.close());

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}
async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: Violation[];
  };
  const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`,
  );
}

function messageArea(page: Page) {
  return page.getByRole('region', { name: 'Messages in' });
}

/** Until it stays there: a list that has just opened still goes to its end while it measures its lines. */
async function scrollAndStay(page: Page, top: number): Promise<void> {
  let stayed = 0;
  const scroll = async () => {
    const moved = await messageArea(page).evaluate((node, to) => {
      const elsewhere = node.scrollTop !== to;
      node.scrollTop = to;
      return elsewhere;
    }, top);
    stayed = moved ? 0 : stayed + 1;
    return stayed;
  };
  await expect.poll(scroll, { timeout: 20_000 }).toBeGreaterThan(5);
}

type Step = (page: Page) => Promise<void>;
async function compareBob(page: Page) {
  await page.getByRole('button', { name: 'Compare safety number' }).click();
  await page.getByRole('img', { name: 'QR' }).waitFor();
}
async function chooseHistory(page: Page) {
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByText('Since a day').click();
  await page.getByText('Opens 214').waitFor();
}
const screens: [name: string, scene: string, place: string, ready: string, step?: Step][] = [
  ['sign-in', 'signed-out', '#/', 'Sign in to Acme Robotics'],
  ['joining', 'signed-out', '#/join/join', 'Join Acme Robotics'],
  ['a new password', 'signed-out', '#/join/reset', 'A new password for rosa'],
  ['a link that is not valid', 'signed-out', '#/join/old', 'This link cannot be used'],
  ['the recovery phrase', 'phrase', '#/phrase', 'abandon'],
  ['the chat list', 'phrase', '#/', 'Choose a chat'],
  ['no chats', 'empty', '#/', 'No chats yet'],
  ['a conversation', 'unreachable', launch, 'Plates until tonight are fine.'],
  ['messages that wait', 'offline', '#/chat/chat_amber', 'Waits on this device'],
  [
    'files',
    '',
    '#/chat/chat_offsite',
    'The film of last year',
    (page) => page.getByText('412 MB of 1.24 GB').waitFor(),
  ],
  ['an invitation', '', '#/chat/chat_pilot', 'You are invited to this chat.'],
  ['a chat that does not exist', '', '#/chat/chat_nothing', 'That chat does not exist'],
  ['details', '', `${launch}/details`, 'invited by Rosa Díaz'],
  ['settings', '', '#/settings', 'Nightly report'],
  ['a recovery code', 'recovery', '#/', 'Your recovery code'],
  ['a closed vault', 'locked', '#/', 'Your chats are locked', (page) => page.getByText('I have neither').click()],
  ['a closed vault after a new password', 'locked-reset', '#/', '0 of 36'],
  ['keys that are missing', 'no-keys', '#/', 'Make my keys'],
  ['security', '', '#/security', 'Safari on iPhone'],
  ['a password of one’s own', 'signed-out', '#/join/join', 'Made for you', (page) => page.getByText('My own').click()],
  ['members with other keys', '', '#/chat/chat_audit', 'The keys of Vera Novak'],
  ['a safety number', '', '#/chat/chat_bob/details', 'You have compared it', compareBob],
  ['letting in again', '', '#/chat/chat_audit', 'Let in again', (page) => page.getByText('Let in again').click()],
  ['a window of history', '', launch, 'Plates until tonight are fine.', chooseHistory],
  ['what is sealed', '', launch, 'Plates until tonight are fine.', (page) => page.getByText('Sealed').click()],
  ['a chat that is not sealed', '', '#/chat/chat_contract', 'Continue in a sealed chat'],
  ['messages that wait for a key', '', '#/chat/chat_firmware', 'Waiting for the key'],
  ['a new token', '', '#/settings', 'New token', (page) => page.getByRole('button', { name: 'New token' }).click()],
  ['accounts', '', '#/administration/accounts', 'Oluwaseun Adeyemi-Whitfield'],
  ['network access', '', '#/administration/network', 'Allow list'],
  ['partners', '', '#/administration/partners', 'Wants to connect'],
  ['the status', '', '#/administration/status', 'Data folder'],
  ['a new chat', '', '#/', 'Choose a chat', (page) => page.getByRole('button', { name: 'New chat' }).first().click()],
];

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test.each(screens)('%s can be used by everybody', async (_name, scene, place, ready, step) => {
    const page = await sample.open({ scene, place, theme }, theme === 'dark' ? phone : {});
    await page.getByText(ready).first().waitFor({ state: 'attached' });
    if (step !== undefined && theme === 'light') await step(page);
    expect(await seriousFaults(page)).toEqual([]);
    expect(sample.complaints).toEqual([]);
    await page.close();
  });
});

describe('by keyboard alone', () => {
  test('a private chat with somebody of another organisation begins in a few keys', async () => {
    const page = await sample.open({ scene: '', place: '#/' });
    await page.getByRole('button', { name: 'New chat' }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'People' }).waitFor();
    await page.keyboard.type('bob m');
    await page.getByRole('option', { name: 'Bob Marsh' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('This reaches people of Globex.').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('Hello Bob');
    await page.keyboard.press('Enter');
    await page.getByRole('article').getByText('Hello Bob').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.getByText('People of Globex read this chat.').isVisible()).toBe(true);
    await page.close();
  });

  test('Esc closes the dialog and the focus returns to where it came from', async () => {
    const page = await sample.open({ scene: '', place: launch });
    const button = page.getByRole('button', { name: 'New chat' });
    // The conversation comes after the list, and its text box takes the focus once.
    await page.getByRole('textbox', { name: 'Message to Atlas launch' }).and(page.locator(':focus')).waitFor();
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await button.and(page.locator(':focus')).waitFor();
    await page.close();
  });

  test('arrow keys move in the list, Enter opens, Esc leaves', async () => {
    const page = await sample.open({ scene: '', place: '#/' });
    const rows = page.locator('nav [data-row]');
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Board pack Q4' }).waitFor();
    await page.getByRole('textbox', { name: 'Message to Board pack Q4' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Choose a chat').waitFor();
    await page.close();
  });

  test('Enter sends, Shift and Enter make a new line', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_board' });
    await page.getByRole('textbox', { name: 'Message to Board pack Q4' }).focus();
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await page.getByRole('article').getByText('one\ntwo').waitFor();
    await page.close();
  });
});

test('an access token is made with the scopes that were chosen, and its secret is shown to be copied', async () => {
  const page = await sample.open({ scene: '', place: '#/settings' });
  await page.getByRole('button', { name: 'New token' }).click();
  const make = page.getByRole('button', { name: 'Make token' });
  expect(await make.isDisabled()).toBe(true);
  await page.getByRole('textbox', { name: 'What is it for?' }).waitFor();
  await page.keyboard.type('Backup');
  await page.getByRole('switch', { name: 'Read your chats' }).click();
  expect(await make.isDisabled()).toBe(true);
  await page.getByRole('switch', { name: 'Write in your name' }).click();
  await make.click();
  await page.getByText('Copy it now').waitFor();
  expect(await page.getByRole('textbox', { name: 'Token' }).inputValue()).toMatch(/^[a-z2-7]{52}$/);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.close();
});

test('a mention is completed from the members by keyboard', async () => {
  const page = await sample.open({ scene: '', place: launch });
  const box = page.getByRole('textbox', { name: 'Message to Atlas launch' });
  await box.focus();
  await page.keyboard.type('Thanks @ma');
  await page.getByRole('option', { name: 'Bob Marsh' }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => box.inputValue()).toBe('Thanks @Bob Marsh ');
  expect(await page.getByRole('listbox').count()).toBe(0);
  await page.close();
});

describe('a chat of 100,000 messages', () => {
  test('shows a few of them, opens at the newest and reaches the oldest', async () => {
    const page = await sample.open({ scene: 'whole', place: '#/chat/chat_long' });
    await page.getByText('Number 99999.').waitFor();
    expect(await page.getByRole('article').count()).toBeLessThan(100);
    await scrollAndStay(page, 0);
    await page.getByText('Number 0.').waitFor();
    expect(await page.getByRole('article').count()).toBeLessThan(100);
    await page.getByRole('button', { name: 'To the newest message' }).click();
    await page.getByText('Number 99999.').waitFor();
    await page.close();
  });

  test('keeps its place while older messages come in above', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_long' });
    await page.getByText('Number 99999.').waitFor();
    await scrollAndStay(page, 1500);
    const seen = page.getByRole('article').filter({ hasText: 'Number 998' }).first();
    await seen.waitFor();
    const text = (await seen.textContent()) ?? '';
    const place = async () =>
      Math.round(
        (
          await page
            .getByText(text.slice(text.indexOf('Number'), text.indexOf('.') + 1))
            .first()
            .boundingBox()
        )?.y ?? -1,
      );
    const before = await place();
    const area = messageArea(page);
    await area.evaluate((node) => {
      node.scrollTop = 1190;
    });
    await expect.poll(() => area.evaluate((node) => node.scrollTop)).toBeGreaterThan(5000);
    expect(Math.abs((await place()) - (before + 310))).toBeLessThan(40);
    await page.close();
  });
});

describe('on a phone', () => {
  test('one column at a time, and the way back', async () => {
    const page = await sample.open({ scene: '', place: '#/' }, phone);
    await page.getByRole('link', { name: 'Atlas launch' }).click();
    await page.getByRole('heading', { name: 'Atlas launch' }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Chats' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('complementary').waitFor();
    await page.goBack();
    await page.getByRole('textbox', { name: 'Message to Atlas launch' }).waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('navigation', { name: 'Chats' }).waitFor();
    await page.close();
  });

  test.each([390, 720, 1100, 2560])('nothing is wider than a window of %i', async (width) => {
    const page = await sample.open({ scene: '', place: `${launch}/details` }, { viewport: { width, height: 800 } });
    await page.getByText('invited by Rosa Díaz').waitFor({ state: 'attached' });
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.close();
  });
});
