// That there is a browser at all, and that one that is not there is asked for in words.
import { expect, test } from 'vitest';
import { findBrowser, launchBrowser } from '../browser.ts';

test('a real browser opens a page', async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto('data:text/html,<title>Conclave</title><p>here</p>');
    expect(await page.title()).toBe('Conclave');
  } finally {
    await browser.close();
  }
});

test('a browser that is not where CONCLAVE_BROWSER says is refused with what to install', async () => {
  await expect(findBrowser('/nowhere/chromium')).rejects.toThrow(/"\/nowhere\/chromium".*Install Chromium/);
});
