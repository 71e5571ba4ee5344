#!/usr/bin/env node
// The program `conclave`: finds the project's own Node and runs cli.ts on it, whatever Node the machine has. It installs
// nothing. Plain JavaScript for Node 18 and newer.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledCode, projectNode, root } from '../../scripts/run/node.mjs';

const program = fileURLToPath(new URL('cli.ts', import.meta.url));

function refuseWithoutPackages() {
  if (existsSync(join(root, 'node_modules', 'commander'))) return;
  throw new Error(`Nothing is installed yet. Type "npm ci" in ${root} first, or "npm start".`);
}

/** The terminal sends its signals to both processes; anybody else only to this one. */
function forwardSignals(child) {
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) {
    process.on(signal, () => {
      if (signal === 'SIGTERM' || !onTerminal) child.kill(signal);
    });
  }
}

function runOn(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: compiledCode },
  });
  forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

try {
  refuseWithoutPackages();
  const node = projectNode();
  if (realpathSync(process.execPath) !== realpathSync(node)) process.exitCode = await runOn(node);
  else {
    module.enableCompileCache?.(compiledCode);
    await import('./cli.ts');
  }
} catch (error) {
  console.error(`conclave: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
