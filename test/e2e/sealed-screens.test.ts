// The screens of sealed chats, on invented data in a real browser: what a newcomer is given of the past, what is sealed and what is
// not, and what waits for a key.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSample, type Sample } from './sample.ts';

let sample: Sample;
beforeAll(async () => {
  sample = await openSample();
});
afterAll(() => sample?.close());
afterEach(() => expect(sample.complaints).toEqual([]));

function button(page: Page, name: string) {
  return page.getByRole('button', { name, exact: true }).first();
}

describe('the history window', () => {
  const invite = async (page: Page) => {
    await button(page, 'Invite').click();
    await page.getByRole('combobox', { name: 'People' }).fill('bobbie');
    await page.getByRole('option', { name: 'Bobbie Chen' }).click();
  };

  test('is none until something is chosen', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_launch' });
    await invite(page);
    expect(await page.getByRole('radio', { name: 'Nothing' }).isChecked()).toBe(true);
    await page.getByText('Everybody in the chat sees what you choose.').waitFor();
    await button(page, 'Invite 1 person').click();
    await page.getByText('1 invitation on the way.').waitFor();
    await page.close();
  });

  test('shows date and count that result, here and in UTC', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_launch' }, { timezoneId: 'Pacific/Auckland' });
    await invite(page);
    await page.getByText('Since a day').click();
    await page.getByLabel('Since', { exact: true }).fill('2026-03-03');
    await page.getByText('Days begin at 00:00 UTC, 3 Mar 2026, 13:00 where you are.').waitFor();
    await page.getByText('Opens 214 messages').waitFor();
    await page.getByText('3 Mar 2026, 22:12 where you are, which is 3 March 2026 in UTC').waitFor();
    await page.close();
  });

  test('cannot be a choice that is none', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_launch' });
    await invite(page);
    await page.getByText('Last messages').click();
    const count = page.getByRole('spinbutton');
    await count.fill('0');
    expect(await button(page, 'Invite 1 person').isDisabled()).toBe(true);
    await count.fill('2000');
    await page.getByText('More than that you cannot open yourself.').waitFor();
    expect(await button(page, 'Invite 1 person').isDisabled()).toBe(false);
    await page.close();
  });

  test('is opened further for a member who is in already', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_launch/details' });
    await button(page, 'Options for Bob Marsh').click();
    await page.getByRole('menuitem', { name: 'Show history' }).click();
    await page.getByText('Opens 214 messages').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Show history' }).click();
    await page.getByText('Bob Marsh can read it now.').waitFor();
    await page.close();
  });

  test('is said in the chat, and so is that somebody has no keys yet', async () => {
    // As high as the chat is long: only what is near the window stands on the page.
    const tall = { viewport: { width: 1280, height: 2400 } };
    const page = await sample.open({ scene: '', place: '#/chat/chat_launch' }, tall);
    await page.getByText(/invited Sam Oyelaran \(Initech\), who can read from \d+ \w+/).waitFor();
    await invite(page);
    await page.getByText('Bobbie Chen has never signed in: the invitation waits for the first log-in.').waitFor();
    await page.close();
  });
});

describe('the header of a chat', () => {
  test('says that it is sealed, and explains what that is and is not', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_launch' });
    await button(page, 'Sealed').click();
    const said = await page.getByRole('dialog').innerText();
    expect(said).toContain(
      'Administrators cannot read private chats from the server. An administrator who alters the web client could; ' +
        'install the desktop app or check the client’s fingerprint to exclude that.',
    );
    await page.close();
  });

  test('says so when it is not, and leads on to a chat that is', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_contract' });
    await button(page, 'Not sealed').waitFor();
    expect(await page.getByRole('textbox', { name: 'Message to Supply contract' }).count()).toBe(0);
    await button(page, 'Continue in a sealed chat').click();
    await page.getByRole('textbox', { name: 'Message to Supply contract' }).waitFor();
    await button(page, 'Sealed').waitFor();
    await page.close();
  });

  test('says who reads a public chat', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_design' });
    await button(page, 'Open to your node').click();
    await page.getByText('It goes to no other organisation.').waitFor();
    await page.close();
  });
});

test('a message without its key says what it waits for, received or written', async () => {
  const page = await sample.open({ scene: '', place: '#/chat/chat_firmware' });
  const articles = page.getByRole('article');
  await articles.getByText('Waiting for the key, until somebody of this chat is online').waitFor();
  await articles.getByText('Waiting for the key, until Initech’s node is back').first().waitFor();
  const own = articles.filter({ hasText: 'I flash the first unit now' });
  expect(await own.innerText()).toContain('Waiting for the key, until Initech’s node is back');
  await page.getByText('Keys change when Globex’s node is back.').waitFor();
  await page.getByText('What you write is kept on this device until then.').waitFor();
  await page.close();
});
