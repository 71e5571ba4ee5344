/** Holds the look to its rules: components name tokens and nothing else, and every pair of colours can be read by everybody. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const folder = import.meta.dirname;
const tokens = readFileSync(join(folder, 'tokens.css'), 'utf8');
const sheets = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.css') && path !== 'tokens.css',
);

/** Literals of colour, size and time. Widths of the window stand in media queries, where tokens cannot. */
const literal =
  /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(|(?<![\w-])\d*\.?\d+(?:px|rem|em|ch|pt|m?s)\b|:\s*(?:white|black|red|green|blue|gr[ae]y)\b/i;

function literals(css: string): string[] {
  const lines = css.replace(/\/\*[\s\S]*?\*\//g, '').split('\n');
  const withoutQueries = lines.map((line) => (line.startsWith('@media') ? '' : line.replace('in oklch,', '')));
  return withoutQueries.filter((line) => literal.test(line));
}

describe('style sheets', () => {
  test.each(sheets)('%s has no literal of a colour, a size or a time', (path) => {
    expect(literals(readFileSync(join(folder, path), 'utf8'))).toEqual([]);
  });
  test.each(['a { color: #fff; }', 'a { gap: 3px; }', 'a { color: oklch(1 0 0); }', 'a { transition: 1s; }'])(
    'the rule sees %s',
    (css) => {
      expect(literals(css)).not.toEqual([]);
    },
  );
  test.each(sheets)('%s names only tokens that exist', (path) => {
    const css = readFileSync(join(folder, path), 'utf8');
    const known = new Set([...`${tokens}${css}`.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1]));
    const given = new Set(['--backdrop', '--anchor-width', '--available-height']);
    const used = [...css.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1] ?? '');
    expect(used.filter((name) => !known.has(name) && !given.has(name))).toEqual([]);
  });
});

const contrastAt = tokens.indexOf('/* High contrast');

type Theme = 'light' | 'dark' | 'high contrast, light' | 'high contrast, dark';
type Rgb = readonly [number, number, number];

/** Both colours of every token that is a pair. `hue` stands in for the hue of a palette colour. */
function colours(theme: Theme, hue: number): Map<string, Rgb> {
  const found = new Map<string, Rgb>();
  // What high contrast says of a colour comes after what holds otherwise, and wins.
  const said = theme.startsWith('high') ? tokens : tokens.slice(0, contrastAt);
  for (const [, name, light, dark] of said.matchAll(
    /(--[\w-]+): light-dark\(oklch\(([^/]*?)\), oklch\(([^/]*?)\)\);/g,
  )) {
    const [l, c, h] = (theme.endsWith('light') ? light : dark)!
      .replace('var(--hue)', String(hue))
      .split(' ')
      .map(Number);
    found.set(name!, toLinearRgb(l!, c!, h!));
  }
  return found;
}

/** OKLCH to linear sRGB, cut to what a screen can show (Björn Ottosson's matrices). */
function toLinearRgb(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (value: number) => Math.min(1, Math.max(0, value));
  return [
    cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of WCAG 2: 1 to 21. */
function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

const hues = [...tokens.matchAll(/\[data-colour='(\w+)'\] \{\s*--hue: (\d+);/g)].map(
  ([, name, hue]) => [name!, Number(hue)] as const,
);
const grounds = ['--ground-window', '--ground', '--ground-raised', '--ground-hover', '--ground-bubble'];
const text: [ink: string, grounds: string[]][] = [
  ['--ink', [...grounds, '--ground-selected', '--ground-avatar', '--ground-thumb', '--accent-soft', '--warn-soft']],
  ['--ink-soft', [...grounds, '--ground-selected', '--ground-avatar', '--ground-track', '--accent-soft']],
  ['--ink-faint', grounds],
  ['--accent-text', ['--ground-window', '--ground', '--ground-raised', '--ground-bubble', '--accent-soft']],
  ['--accent-ink', ['--accent', '--accent-hover']],
  ['--danger', ['--ground-window', '--ground', '--ground-raised', '--ground-hover', '--danger-soft']],
  ['--danger-ink', ['--danger-ground', '--danger-hover']],
  ['--warn', ['--ground', '--ground-raised', '--warn-soft']],
  ['--good', ['--ground', '--ground-raised']],
];
const paletteText: [ink: string, grounds: string[]][] = [
  ['--fill-ink', ['--fill']],
  ['--tint-ink', ['--tint', '--tint-soft']],
  ['--tint-faint', ['--tint']],
  ['--text', ['--tint', '--ground', '--ground-window', '--ground-raised', '--ground-bubble']],
  ['--ink', ['--tint']],
  ['--ink-soft', ['--tint']],
];
const shapes: [mark: string, grounds: string[]][] = [
  ['--line-field', ['--ground-window', '--ground', '--ground-raised']],
  ['--ring', ['--ground-window', '--ground', '--ground-raised']],
];

function tooWeak(pairs: [string, string[]][], theme: Theme, hue: number, least: number): string[] {
  const known = colours(theme, hue);
  const all = pairs.flatMap(([ink, under]) => under.map((ground) => [ink, ground] as const));
  const measured = all.map(
    ([ink, ground]) => [`${ink} on ${ground}`, contrast(known.get(ink)!, known.get(ground)!)] as const,
  );
  return measured.filter(([, ratio]) => !(ratio >= least)).map(([pair, ratio]) => `${pair}: ${ratio.toFixed(2)}`);
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('text has the contrast of WCAG AA', () => {
    expect(tooWeak(text, theme, 0, 4.5)).toEqual([]);
  });
  test.each(hues)('text in the colour %s has the contrast of WCAG AA', (_name, hue) => {
    expect(tooWeak(paletteText, theme, hue, 4.5)).toEqual([]);
  });
  test.each(hues)('borders and rings in the colour %s stand out', (_name, hue) => {
    expect(tooWeak(shapes, theme, hue, 3)).toEqual([]);
  });
});

describe.each(['high contrast, light', 'high contrast, dark'] as const)('in %s', (theme) => {
  test('text has the contrast of WCAG AAA', () => {
    expect(tooWeak(text, theme, 0, 7)).toEqual([]);
  });
  test.each(hues)('text in the colour %s has the contrast of WCAG AAA', (_name, hue) => {
    expect(tooWeak(paletteText, theme, hue, 7)).toEqual([]);
  });
  test.each(hues)('lines, and rings in the colour %s, stand out', (_name, hue) => {
    expect(tooWeak(shapes, theme, hue, 4.5)).toEqual([]);
    expect(tooWeak([['--line', ['--ground', '--ground-raised', '--ground-window']]], theme, hue, 3)).toEqual([]);
  });
});

test('the palette has the ten colours of the model', () => {
  const model = readFileSync(join(folder, '../client/model.ts'), 'utf8');
  const names = /COLOURS = \[(.*?)\]/s.exec(model)?.[1]?.match(/\w+/g);
  expect(hues.map(([name]) => name)).toEqual(names);
});

test('contrast is the one of WCAG', () => {
  expect(contrast([1, 1, 1], [0, 0, 0])).toBe(21);
  expect(contrast(toLinearRgb(1, 0, 0), toLinearRgb(0, 0, 0))).toBeCloseTo(21, 1);
});
