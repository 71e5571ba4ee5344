// What is in config/ beside the annotated example: the unit, the container file, and what the examples say of the node's keys.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../server/config/config.ts';
import { environmentName, KEY_NAMES } from '../../server/config/keys.ts';

const root = join(import.meta.dirname, '../..');
const config = join(root, 'config');
const text = (name: string) => readFileSync(join(config, name), 'utf8');
const analyze = 'systemd-analyze';
const hasSystemd = spawnSync(analyze, ['--version']).status === 0;

test.skipIf(!hasSystemd)('systemd finds nothing wrong with the unit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ccl-unit-'));
  const unit = join(folder, 'conclave.service');
  // This clone instead of /opt/conclave, for the programs it names are looked for.
  writeFileSync(
    unit,
    text('conclave.service').replaceAll('/opt/conclave/', `${root}/`).replaceAll('=/opt/conclave', `=${root}`),
  );
  const { status, stdout, stderr } = spawnSync(analyze, ['verify', unit], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
});

test('programs and files that the unit and the container file name are there', () => {
  const named = [...text('conclave.service').matchAll(/\/opt\/conclave\/([\w./-]+\w)/g)].map(([, path = '']) => path);
  const copied = [...text('Containerfile').matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, paths = '']) =>
    paths.split(' '),
  );
  expect(named).toContain('server/main.ts');
  expect(copied).toContain('server');
  for (const path of [...named, ...copied].filter((each) => each !== 'README.md'))
    expect(existsSync(join(root, path)), path).toBe(true);
});

test.each(readdirSync(config))('%s names no variable that the node does not know', (name) => {
  const known = new Set([...KEY_NAMES.map(environmentName), 'CONCLAVE_CONFIG']);
  for (const [variable] of text(name).matchAll(/CONCLAVE_[A-Z_]+/g)) expect(known).toContain(variable);
});

test.each(['nginx.conf', 'Caddyfile'])('the configuration that %s asks of the node is valid', (name) => {
  const lines = text(name)
    .split('\n')
    .filter((line) => /^# {3}(\[\w+\]|\w+ = )/.test(line));
  const read = parseConfig(lines.map((line) => line.slice(4)).join('\n'), {}, {});
  expect(read).toMatchObject({
    ok: true,
    value: { web: { url: 'https://acme.example', trustedProxies: ['127.0.0.1'] } },
  });
});

test('the container’s variables make a valid configuration', () => {
  const variables = [...text('Containerfile').matchAll(/\b(CONCLAVE_[A-Z_]+)=(\S+)/g)];
  const env = Object.fromEntries(variables.map(([, name = '', value = '']) => [name, value]));
  expect(parseConfig('', env, {})).toMatchObject({
    ok: true,
    value: { dataFolder: '/data', web: { host: '0.0.0.0' } },
  });
});
