// The screens about keys, on invented data in a real browser: what is offered first, what is asked back, what is said before
// something is lost, and who is warned.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { keepCode } from './entering.ts';
import { openSample, type Sample } from './sample.ts';

const phone = { viewport: { width: 390, height: 844 } };
const code = 'MZXW-6YTB-OI2T-SQLB-ORSX-G5BA-MNXW-IZJ7-K5QW';

let sample: Sample;
beforeAll(async () => {
  sample = await openSample();
});
afterAll(() => sample?.close());
afterEach(() => expect(sample.complaints).toEqual([]));

function button(page: Page, name: string) {
  return page.getByRole('button', { name, exact: true }).first();
}

/** Whichever two parts are asked for. */
async function typeParts(page: Page, groups: readonly string[]): Promise<void> {
  await page
    .getByLabel(/^Part \d of 9$/)
    .first()
    .waitFor();
  for (const [at, group] of groups.entries()) {
    const part = page.getByLabel(`Part ${at + 1} of 9`);
    if ((await part.count()) > 0) await part.fill(group);
  }
}

describe('who signs up', () => {
  test('is offered a passphrase of six words first, and has to keep it', async () => {
    const page = await sample.open({ scene: 'signed-out', place: '#/join/join' });
    await page.getByLabel('Your name, as others see it').fill('Ada Lovelace');
    const phrase = page.getByRole('region', { name: 'Your passphrase' });
    await phrase.getByText('velvet').waitFor();
    const words = async () => (await phrase.locator('p').innerText()).trim().split(/\s+/);
    expect(await words()).toHaveLength(6);
    await button(page, 'Another one').click();
    await phrase.getByText('saddle').waitFor();
    await button(page, 'Create account').click();
    await page.getByText('Keep it first, then tick the box.').waitFor();
    await page.getByRole('checkbox', { name: 'I have kept it' }).check();
    await button(page, 'Create account').click();
    await page.getByRole('heading', { name: 'Your recovery code' }).waitFor();
    await page.close();
  });

  test('may choose a password, which is judged in words', async () => {
    const page = await sample.open({ scene: 'signed-out', place: '#/join/join' });
    await page.getByLabel('Your name, as others see it').fill('Ada Lovelace');
    await page.getByText('My own').click();
    const password = page.getByLabel('New password', { exact: true });
    const again = page.getByLabel('Password again', { exact: true });
    const fill = async (value: string) => {
      await password.fill(value);
      await again.fill(value);
    };
    await fill('password123');
    await page.getByText('Many people use this one').waitFor();
    await fill('Ada Lovelace Acme');
    await page.getByText('is the first thing that is tried').waitFor();
    await button(page, 'Create account').click();
    await page.getByText('Choose one that is harder to guess.').waitFor();
    await fill('tomato boat Friday desk');
    await page.getByText('Very hard to guess.').waitFor();
    await again.fill('tomato boat Friday disk');
    await page.getByText('The two passwords are not the same.').waitFor();
    await again.fill('tomato boat Friday desk');
    await button(page, 'Create account').click();
    await page.getByRole('heading', { name: 'Your recovery code' }).waitFor();
    await page.close();
  });

  test('loads the lists for judging only with a password of one’s own', async () => {
    const page = await sample.open({ scene: 'signed-out', place: '#/join/join' });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByRole('region', { name: 'Your passphrase' }).getByText('velvet').waitFor();
    expect(asked.filter((url) => url.includes('judge'))).toEqual([]);
    await page.getByText('My own').click();
    await expect.poll(() => asked.filter((url) => url.includes('judge')).length).toBe(1);
    await page.close();
  });
});

describe('the recovery code', () => {
  test('stands in nine groups, and two of them are asked back before one goes on', async () => {
    const page = await sample.open({ scene: 'recovery', place: '#/' });
    const groups = page.getByRole('list', { name: 'Recovery code' }).getByRole('listitem');
    await groups.first().waitFor();
    expect((await groups.allInnerTexts()).map((text) => text.slice(-4))).toEqual(code.split('-'));
    await button(page, 'I have kept it').click();
    expect(await page.getByText('MZXW').count()).toBe(0);
    await typeParts(page, new Array(9).fill('aaaa'));
    await button(page, 'Go on').click();
    await page
      .getByText(/That is not part \d/)
      .first()
      .waitFor();
    await typeParts(page, code.toLowerCase().split('-'));
    await button(page, 'Go on').click();
    await page.getByText('Choose a chat').waitFor();
    await page.close();
  });

  test('can be shown again while it is asked for', async () => {
    const page = await sample.open({ scene: 'recovery', place: '#/' }, phone);
    await button(page, 'I have kept it').click();
    await button(page, 'Show the code again').click();
    await page.getByText('MZXW').first().waitFor();
    await page.close();
  });

  test('is saved as a text file that says whose it is', async () => {
    const page = await sample.open({ scene: 'recovery', place: '#/' });
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save as a file').click()]);
    expect(download.suggestedFilename()).toContain('rosa@acme.example');
    const file = readFileSync(await download.path(), 'utf8');
    expect(file).toContain(code.replaceAll('-', ' '));
    expect(file).toContain('rosa@acme.example');
    await page.close();
  });

  test('is printed alone, dark on light in every theme', async () => {
    const page = await sample.open({ scene: 'recovery', place: '#/', theme: 'dark' });
    await page.getByText('MZXW').first().waitFor();
    const paper = page.locator('[data-print]');
    expect(await paper.isVisible()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect(await paper.isVisible()).toBe(true);
    expect(await paper.innerText()).toContain(code.replaceAll('-', ' '));
    expect(await page.locator('#root').isVisible()).toBe(false);
    // As lab(): from 0, which is black, to 100.
    const ink = (await page.evaluate('getComputedStyle(document.querySelector("[data-print]")).color')) as string;
    expect(Number(/^lab\(([\d.]+)/.exec(ink)?.[1])).toBeLessThan(30);
    await page.close();
  });

  test('that was never confirmed is asked for', async () => {
    const page = await sample.open({ scene: 'recovery-missing', place: '#/' });
    await page.getByRole('link', { name: 'Make one now' }).click();
    await button(page, 'New recovery code').click();
    await page.getByText('the one before no longer works').waitFor();
    await page.close();
  });
});

describe('a vault that is closed', () => {
  test('opens with the password', async () => {
    const page = await sample.open({ scene: 'locked', place: '#/' });
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await button(page, 'Open').click();
    await page.getByText('The name or the password is not right.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill('rosa');
    await button(page, 'Open').click();
    await page.getByText('Choose a chat').waitFor();
    await page.close();
  });

  test('opens with the recovery code in any writing', async () => {
    const page = await sample.open({ scene: 'locked-reset', place: '#/' }, phone);
    const field = page.getByRole('textbox', { name: 'Recovery code' });
    expect(await page.getByLabel('Password', { exact: true }).count()).toBe(0);
    await field.fill(code.slice(0, -1));
    await page.getByText('35 of 36').waitFor();
    expect(await button(page, 'Open').isDisabled()).toBe(true);
    await field.fill(code.replace('MZXW', 'AAAA'));
    await button(page, 'Open').click();
    await page.getByText('That is not the recovery code of this account.').waitFor();
    await field.fill(code.toLowerCase().replaceAll('-', ' '));
    await field.press('Enter');
    await page.getByRole('heading', { name: 'Acme Robotics' }).first().waitFor();
    await page.close();
  });

  test('is given up only by who has read what is lost', async () => {
    const page = await sample.open({ scene: 'locked', place: '#/' });
    await button(page, 'I have neither').click();
    await page.getByText('Everything in your private and direct chats until now.').waitFor();
    await page.getByText('until a member who may invite lets you in again').waitFor();
    expect(await button(page, 'Start over').isDisabled()).toBe(true);
    await button(page, 'Look for the code again').click();
    await page.getByRole('heading', { name: 'Your chats are locked' }).waitFor();
    await button(page, 'I have neither').click();
    await page.getByRole('checkbox').check();
    await button(page, 'Start over').click();
    await page.getByRole('heading', { name: 'Your recovery code' }).waitFor();
    await page.close();
  });
});

describe('on the page for security', () => {
  test('another device is logged out after it was said that the keys change', async () => {
    const page = await sample.open({ scene: '', place: '#/security' });
    const devices = page.getByRole('list', { name: 'Devices' }).getByRole('listitem');
    await page.getByText('This device').waitFor();
    expect(await devices.first().innerText()).toContain('This device');
    await button(page, 'Log out there: Firefox on Linux').click();
    await page.getByText('It also changes your keys').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Log out there' }).click();
    await page.getByText('Firefox on Linux is logged out, and your keys are changed.').waitFor();
    await expect.poll(() => devices.count()).toBe(2);
    await page.close();
  });

  test('the password changes only with the one until now', async () => {
    const page = await sample.open({ scene: '', place: '#/security' });
    await button(page, 'Change password').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password until now').fill('not it');
    await dialog.getByRole('checkbox', { name: 'I have kept it' }).check();
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The name or the password is not right.').waitFor();
    await dialog.getByLabel('Password until now').fill('rosa');
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Your password is changed.').waitFor();
    await page.close();
  });

  test('a new recovery code is in force after two parts were typed back', async () => {
    const page = await sample.open({ scene: '', place: '#/security' });
    await button(page, 'New recovery code').click();
    await keepCode(page);
    await page.getByText('Your recovery code is in force.').waitFor();
    await page.close();
  });

  test('this browser is locked without signing out', async () => {
    const page = await sample.open({ scene: '', place: '#/security' });
    await button(page, 'Lock now').click();
    await page.getByRole('heading', { name: 'Your chats are locked' }).waitFor();
    await page.getByText('rosa@acme.example').waitFor();
    await page.close();
  });

  test('the fingerprint is the own half of a safety number', async () => {
    const page = await sample.open({ scene: '', place: '#/security' });
    const fingerprint = page.getByRole('list', { name: 'Your safety fingerprint' }).getByRole('listitem');
    await fingerprint.first().waitFor();
    const own = await fingerprint.allInnerTexts();
    expect(own).toHaveLength(6);
    await page.goto(page.url().replace(/#.*/, '#/chat/chat_bob/details'));
    await button(page, 'Compare safety number').click();
    const number = page.getByRole('list', { name: 'Safety number' }).getByRole('listitem');
    await number.first().waitFor();
    expect((await number.allInnerTexts()).slice(0, 6)).toEqual(own);
    await page.close();
  });
});

describe('safety numbers', () => {
  test('are twelve groups of five digits and a code, and mark a person as verified', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_lena/details' });
    await page.getByText('You have not compared safety numbers yet.').waitFor();
    await button(page, 'Compare safety number').click();
    const number = page.getByRole('list', { name: 'Safety number' }).getByRole('listitem');
    await number.first().waitFor();
    const groups = await number.allInnerTexts();
    expect(groups).toHaveLength(12);
    expect(groups.every((group) => /^\d{5}$/.test(group))).toBe(true);
    await page.getByRole('img', { name: 'The safety number as a QR code' }).waitFor();
    await button(page, 'Mark as verified').click();
    await page.getByText('Lena Fischer is marked as verified.').waitFor();
    await page.getByText('You have compared it, and it was the same.').waitFor();
    await page.close();
  });

  test('warn in the chat when somebody has other keys, until that is dealt with', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_audit' });
    const warning = page.getByText('The keys of Vera Novak (Initech) are not the ones from before.');
    await warning.waitFor();
    await button(page, 'Compare safety number').click();
    await page.getByText('when somebody else takes over the account').waitFor();
    await button(page, 'Go on without comparing').click();
    await warning.waitFor({ state: 'detached' });
    await page.close();
  });

  test('of before and now stand side by side before somebody is let in again', async () => {
    const page = await sample.open({ scene: '', place: '#/chat/chat_audit' }, phone);
    await button(page, 'Let in again').click();
    const dialog = page.getByRole('dialog');
    const before = dialog.getByRole('list', { name: 'Before' });
    const now = dialog.getByRole('list', { name: 'Now' });
    await now.waitFor();
    expect(await before.innerText()).not.toBe(await now.innerText());
    const [left, right] = [await before.boundingBox(), await now.boundingBox()];
    expect(left?.y).toBe(right?.y);
    expect(left?.x).toBeLessThan(right?.x ?? 0);
    await dialog.getByRole('button', { name: 'Let in again' }).click();
    await page.getByText('Dana Kowalski is in again.').waitFor();
    expect(await page.getByText('Dana Kowalski (Initech) started over').count()).toBe(0);
    await page.close();
  });
});

test.each([390, 720, 1100, 2560])('nothing is wider than a window of %i', async (width) => {
  const places: [string, string][] = [
    ['recovery', '#/'],
    ['locked-reset', '#/'],
    ['signed-out', '#/join/join'],
    ['', '#/security'],
    ['', '#/chat/chat_audit'],
    ['', '#/chat/chat_firmware'],
  ];
  for (const [scene, place] of places) {
    const page = await sample.open({ scene, place }, { viewport: { width, height: 844 } });
    await page.locator('h1:visible, h2:visible').first().waitFor();
    const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect([place, wider]).toEqual([place, 0]);
    await page.close();
  }
});
