// SEAL: no check of protocol/seal can be switched off without a test that fails. Each is, in a copy, in the long run.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MUTATIONS, TESTS } from './seal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const seal = join('protocol', 'seal');
let copy = '';

/** Do these tests pass, as the copy is now? Frozen examples are not among them: they notice everything. */
function passes(tests: string): boolean {
  const { CONCLAVE_VECTORS: _, ...env } = process.env;
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--root', copy, '--bail', '1', '--pool', 'threads', '--no-isolate', tests];
  const ended = spawnSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8', timeout: 120_000 });
  if (ended.status === null) throw new Error(`the tests did not end: ${ended.stderr}`);
  return ended.status === 0;
}

describe.skipIf(process.env.CONCLAVE_LONG !== '1')('SEAL: without a check (skipped in the short run)', () => {
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'conclave-mutation-'));
    cpSync(join(root, 'protocol'), join(copy, 'protocol'), { recursive: true });
    cpSync(join(root, 'package.json'), join(copy, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('the tests pass while nothing is switched off', () => {
    expect(passes(seal)).toBe(true);
  });

  test.each(MUTATIONS)('%s: a test fails where "%s" becomes "%s"', (file, check, without) => {
    const path = join(copy, seal, file);
    const source = readFileSync(path, 'utf8');
    expect(source.split(check)).toHaveLength(2);
    writeFileSync(
      path,
      source.replace(check, () => without),
    );
    try {
      expect(passes(join(seal, `${TESTS[file] ?? file.replace('.ts', '')}.test`))).toBe(false);
    } finally {
      writeFileSync(path, source);
    }
  });
});
