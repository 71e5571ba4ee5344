/**
 * How the screens appear on this device: theme, size of text, motion. Kept here and set on the root element, where tokens.css reads
 * it. High contrast is light or dark as the system is, and on by itself where the system asks for it.
 */
export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];
export const SIZES = ['normal', 'large', 'larger'] as const;
export type Size = (typeof SIZES)[number];
export const MOTIONS = ['system', 'less'] as const;
export type Motion = (typeof MOTIONS)[number];

const key = 'conclave.theme';
const sizeKey = 'conclave.text';
const motionKey = 'conclave.motion';

function read<T extends string>(where: string, known: readonly T[]): T {
  const kept = localStorage.getItem(where);
  return known.find((one) => one === kept) ?? (known[0] as T);
}

export const readTheme = () => read(key, THEMES);
export const readSize = () => read(sizeKey, SIZES);
export const readMotion = () => read(motionKey, MOTIONS);

function mark(name: string, value: string | null): void {
  if (value === null) delete document.documentElement.dataset[name];
  else document.documentElement.dataset[name] = value;
}

export function applyTheme(theme: Theme): void {
  const wanted = theme === 'contrast' || (theme === 'system' && matchMedia('(prefers-contrast: more)').matches);
  mark('theme', theme === 'light' || theme === 'dark' ? theme : null);
  mark('contrast', wanted ? 'more' : null);
  const size = readSize();
  mark('text', size === 'normal' ? null : size);
  mark('motion', readMotion() === 'less' ? 'less' : null);
}

export function keepTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  applyTheme(theme);
}

export function keepSize(size: Size): void {
  localStorage.setItem(sizeKey, size);
  applyTheme(readTheme());
}

export function keepMotion(motion: Motion): void {
  localStorage.setItem(motionKey, motion);
  applyTheme(readTheme());
}
