// Runs vitest and closes with one line of plain numbers, `12 passed, 0 failed`, that a machine can read. The numbers come
// from a small reporter (tally.mjs) through a file, since vitest writes its own summary last. A run that left none
// counts as one failure.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { projectNode, root } from './node.mjs';

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const reporter = join(root, 'scripts', 'run', 'tally.mjs');

/** The closing line. */
function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function readTally(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** Resolves with vitest's exit code. */
export async function runTests(args, environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-tally-'));
  const path = join(folder, 'tally.json');
  const env = { ...process.env, ...environment, CONCLAVE_TALLY: path };
  try {
    const options = ['run', '--reporter=default', `--reporter=${reporter}`];
    const code = await runChild(projectNode(), [vitest, ...options, ...args], { env });
    console.log(closingLine(readTally(path)));
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
