import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from './config.ts';
import { readConfig } from './file.ts';
import { KEY_NAMES } from './keys.ts';

const example = join(import.meta.dirname, '../../config/conclave.example.toml');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the file in the data folder is used when none is named', () => {
  expect(readConfig({}, { data: folder })).toMatchObject({ value: { dataFolder: folder, web: { port: 8440 } } });
  writeFileSync(join(folder, 'conclave.toml'), 'web.port = 9');
  expect(readConfig({}, { data: folder })).toMatchObject({ value: { dataFolder: folder, web: { port: 9 } } });
  expect(readConfig({ CONCLAVE_DATA: folder }, {})).toMatchObject({ value: { dataFolder: folder, web: { port: 9 } } });
});

test('a named file is read, and refused when it is not there', () => {
  const file = join(folder, 'other.toml');
  expect(readConfig({}, { config: file })).toMatchObject({ refusal: { detail: expect.stringContaining('--config') } });
  expect(readConfig({ CONCLAVE_CONFIG: file }, {})).toMatchObject({ refusal: { code: 'bad_config' } });
  writeFileSync(file, 'web.port = 7');
  expect(readConfig({}, { config: file })).toMatchObject({ value: { web: { port: 7 } } });
  writeFileSync(file, 'web.port = true');
  expect(readConfig({}, { config: file })).toMatchObject({ refusal: { detail: expect.stringContaining(file) } });
});

test('the example names every key with the value that holds without it', () => {
  const text = readFileSync(example, 'utf8');
  const live = text.replace(/^# ("?[a-z_.]+"? = )/gm, '$1').replace(/^"globex.*$/m, '');
  expect(parseConfig(text, {}, {})).toMatchObject({ ok: true });
  expect(parseConfig(live.replace(/^(cert|key|name) = .*$/gm, ''), {}, {})).toEqual(parseConfig('', {}, {}));
  for (const key of KEY_NAMES) expect(text).toMatch(new RegExp(`\\b${key.split('.').at(-1)}\\b`));
});
