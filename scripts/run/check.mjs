// Everything that reads the source and runs none of it but the pure tests: types, lint and format, dead exports, tidiness.
// Two at a time; what succeeds says one line, what fails shows what it wrote.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './child.mjs';
import { projectNode, root } from './node.mjs';

const atOnce = 2;
const tool = (path) => join(root, 'node_modules', ...path.split('/'));

/** The longest first, so that both cores are busy to the end. */
function steps() {
  const web = existsSync(join(root, 'web', 'ui')) || existsSync(join(root, 'web', 'client'));
  return [
    ['pure tests', tool('vitest/vitest.mjs'), 'run', '--project', 'pure'],
    ['types', tool('typescript/bin/tsc'), '-p', '.'],
    ['dead exports', tool('knip/bin/knip.js'), '--no-progress'],
    ...(web ? [['types of web', tool('typescript/bin/tsc'), '-p', 'web']] : []),
    ['lint and format', tool('@biomejs/biome/bin/biome'), 'check', '.'],
  ];
}

async function runStep([name, ...command]) {
  const started = Date.now();
  const { code, output } = await runQuietly(projectNode(), command);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (code !== 0) console.log(output.trimEnd());
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  return code;
}

/** Resolves with 0 where every step succeeded. */
export async function runChecks() {
  const left = steps();
  let worst = 0;
  const takeNext = async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      worst = Math.max(worst, await runStep(step));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeNext));
  return worst;
}
