// Draws the PNG icons of the client from web/public/icon.svg, in the browser that the tests use: node scripts/icons.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../test/browser.ts';

const folder = fileURLToPath(new URL('../web/public/', import.meta.url));
const svg = readFileSync(`${folder}icon.svg`, 'utf8');
/** No corners, and the sign within the middle four fifths: systems cut it into shapes of their own. */
const maskable = svg
  .replace(' rx="16"', '')
  .replace(/(<path[\s\S]*)<\/svg>/, '<g transform="translate(8 8) scale(.75)">$1</g></svg>');
/** One colour and clear: what stands in a bar of the system. */
const badge = svg.replace(/<rect[^>]*>/, '').replace('viewBox="0 0 64 64"', 'viewBox="10 10 44 44"');
const square = svg.replace(' rx="16"', '');

const icons: readonly (readonly [name: string, source: string, pixels: number])[] = [
  ['icon-180.png', square, 180],
  ['icon-192.png', svg, 192],
  ['icon-512.png', svg, 512],
  ['icon-maskable-512.png', maskable, 512],
  ['badge-96.png', badge, 96],
];

const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  for (const [name, source, pixels] of icons) {
    await page.setViewportSize({ width: pixels, height: pixels });
    const sized = source.replace('<svg ', `<svg width="${pixels}" height="${pixels}" `);
    await page.setContent(`<body style="margin:0;background:transparent">${sized}</body>`);
    writeFileSync(`${folder}${name}`, await page.screenshot({ omitBackground: true }));
  }
} finally {
  await browser.close();
}
