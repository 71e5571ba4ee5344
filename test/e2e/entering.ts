// How people come in through the screens: by a link, with a password of their own and a recovery code that they keep, or signing in.
import type { Page } from 'playwright-core';

export interface Newcomer {
  readonly displayName: string;
  readonly name: string;
  readonly password: string;
}

/** On the screen behind a link. Gives the recovery code. */
export async function signUp(page: Page, { displayName, name, password }: Newcomer): Promise<string> {
  await page.getByLabel('Your name, as others see it').fill(displayName);
  await page.getByLabel('Name to sign in with').fill(name);
  await typeNewPassword(page, password);
  await page.getByRole('button', { name: 'Create account' }).click();
  return keepCode(page);
}

/** One's own, instead of the passphrase that is offered first. */
export async function typeNewPassword(page: Page, password: string): Promise<void> {
  await page.getByText('My own', { exact: true }).click();
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('Password again', { exact: true }).fill(password);
  // What judges it is loaded when it is first needed; before that nothing is taken.
  await page.locator('[data-enough="true"]').waitFor();
}

/** On the screen that shows the recovery code, once: keeps it, types the two parts that are asked back, and gives it. */
export async function keepCode(page: Page): Promise<string> {
  const list = page.getByRole('list', { name: 'Recovery code' });
  await list.first().waitFor();
  const parts = (await list.first().getByRole('listitem').allInnerTexts()).map((part) => part.trim().slice(-4));
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page
    .getByLabel(/^Part \d of 9$/)
    .first()
    .waitFor();
  for (const [at, part] of parts.entries()) {
    const field = page.getByLabel(`Part ${at + 1} of 9`);
    if ((await field.count()) > 0) await field.fill(part);
  }
  await page.getByRole('button', { name: 'Go on' }).click();
  return parts.join(' ');
}

export async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
