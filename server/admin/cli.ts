/** Entry of the command line: hands it this process, this machine's clock, and the parts of a node that does not run. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { createSystemClock } from '../adapters/clock.ts';
import { createLog } from '../adapters/log.ts';
import { DATA_FILES } from '../config/data-files.ts';
import { readConfig } from '../config/file.ts';
import { createCall } from './call.ts';
import type { StartNode } from './commands/start.ts';
import { runProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

const startNode: StartNode = (flags) => {
  const args = [main, ...flags];
  // Gives the process to the node; Windows cannot.
  process.execve?.(process.execPath, [process.execPath, ...args], process.env);
  return new Promise((done, reject) => {
    const node = spawn(process.execPath, args, { stdio: 'inherit' });
    node.on('error', reject);
    node.on('close', (code) => done(code ?? 1));
  });
};

const reportOfBot = (error: unknown) => {
  process.stderr.write(`conclave: ${error instanceof Error ? error.message : error}\n`);
};

await runProgram(process.argv.slice(2), {
  version: packageJson.version,
  readConfig: (flags) => readConfig(process.env, flags),
  connect: ({ dataFolder }) => createCall(join(resolve(dataFolder), DATA_FILES.adminSocket)),
  clock: createSystemClock({ log: createLog() }),
  terminal: createTerminal(process.stdin, process.stderr),
  // Loaded only where a stopped node is needed: it brings the database along, a third of the time that a command takes.
  openStopped: async (config) => (await import('./stopped.ts')).openStopped(config),
  lookAtStopped: async (config) => (await import('./stopped.ts')).lookAtStopped(config),
  // The messenger, for those commands alone.
  openBots: async () => (await import('../../web/bot/bots.ts')).createBots(reportOfBot),
  startNode,
  print: (text) => process.stdout.write(text),
  printError: (text) => process.stderr.write(text),
  setExitCode: (exitCode) => {
    process.exitCode = exitCode;
  },
});
