// What every npm script calls: brings the clone up to date (packages, the bundled Node, the web client), then runs the
// command on the project's own Node, whatever Node the machine has. Plain JavaScript for Node 18 and newer.
import { join } from 'node:path';
import { runChecks } from './run/check.mjs';
import { runChild } from './run/child.mjs';
import { installIfStale } from './run/install.mjs';
import { compiledCode, projectNode, root } from './run/node.mjs';
import { runTests } from './run/tests.mjs';
import { buildWebIfStale } from './run/web.mjs';

const env = { ...process.env, NODE_COMPILE_CACHE: compiledCode };
const onProjectNode = (path) => (args) => runChild(projectNode(), [join(root, path), ...args], { env });

const commands = {
  start: { web: true, run: onProjectNode('server/main.ts'), production: true },
  test: { web: true, run: (args) => runTests(args) },
  'test:long': { web: true, run: (args) => runTests(args, { CONCLAVE_LONG: '1' }) },
  check: { run: () => runChecks() },
  format: {
    run: (args) => onProjectNode('node_modules/@biomejs/biome/bin/biome')(['check', '--write', ...args]),
  },
  demo: { web: true, run: onProjectNode('scripts/demo/main.ts') },
  dev: { run: onProjectNode('scripts/dev/main.ts') },
  simulate: { run: onProjectNode('scripts/simulate.ts') },
  bench: { web: true, run: onProjectNode('scripts/bench/main.ts') },
  vectors: { run: onProjectNode('scripts/vectors.ts') },
};

async function main([name, ...args]) {
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  if (command === undefined) {
    console.error(`Say what to run: npm run ${Object.keys(commands).join(' | ')}`);
    return 2;
  }
  const installed = await installIfStale({ withDevelopment: command.production !== true });
  if (installed !== 0) return installed;
  const built = command.web === true ? await buildWebIfStale() : 0;
  return built !== 0 ? built : command.run(args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
