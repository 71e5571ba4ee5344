import { describe, expect, test } from 'vitest';
import { extensionOf, safeName, shownName } from './names.ts';

describe('the name of a file', () => {
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system32\\evil.dll', 'evil.dll'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a\u2066b\u2069\u200E\u061C.txt', 'ab.txt'],
    ['zero\u200Bwidth\u200D\uFEFF.txt', 'zerowidth.txt'],
    ['line\nbreak\u2028here.txt', 'linebreakhere.txt'],
    ['nul\0byte.txt', 'nulbyte.txt'],
    ['..', 'file'],
    ['', 'file'],
    ['/', 'file'],
    ['\u202E', 'file'],
    ['  spaced   out  .txt ', 'spaced out .txt'],
    ['half\uD800.txt', 'half\uFFFD.txt'],
    ['Größe 日本.pdf', 'Größe 日本.pdf'],
  ])('%j is shown as %j', (name, shown) => {
    expect(shownName(name)).toBe(shown);
  });

  test('is shown short when it is long, and keeps its ending', () => {
    const shown = shownName(`${'x'.repeat(500)}.pdf`);
    expect([...shown].length).toBe(120);
    expect(shown.endsWith('….pdf')).toBe(true);
  });

  test('shows a few of a hundred thousand combining marks', () => {
    expect(shownName(`a${'\u0301'.repeat(100_000)}.txt`).length).toBeLessThan(20);
    expect(shownName(`e\u0301${'\u0300'.repeat(500)}.txt`)).toBe('e\u0301\u0300\u0300.txt');
  });

  test.each([
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['com1.tar.gz', '_com1.tar.gz'],
    ['.htaccess', 'htaccess'],
    ['name. . .', 'name'],
    ['a:b|c?d*e.txt', 'a_b_c_d_e.txt'],
    ['...', 'file'],
    ['photo.jpg', 'photo.jpg'],
  ])('%j is saved as %j', (name, saved) => {
    expect(safeName(name)).toBe(saved);
  });

  test('is saved in no more bytes than file systems take', () => {
    const saved = safeName(`${'日'.repeat(118)}.docx`);
    expect(new TextEncoder().encode(saved).length).toBeLessThanOrEqual(200);
    expect(saved.endsWith('….docx')).toBe(true);
  });

  test('has the ending that it is saved with', () => {
    expect(['a.PDF', 'a', '.bashrc', 'a.b.c', 'x.averyverylongone'].map(extensionOf)).toEqual(['pdf', '', '', 'c', '']);
  });
});
