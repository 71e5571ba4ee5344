/**
 * The program `conclave` in two ways: within this process, with everything real but the process itself (a start takes a second of
 * CPU); and as a child process, the way a person or a script starts it.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createSystemClock } from '../../server/adapters/clock.ts';
import { createLog } from '../../server/adapters/log.ts';
import { createCall } from '../../server/admin/call.ts';
import type { StartNode } from '../../server/admin/commands/start.ts';
import { runProgram } from '../../server/admin/program.ts';
import { lookAtStopped, openStopped } from '../../server/admin/stopped.ts';
import type { Terminal } from '../../server/admin/terminal.ts';
import { DATA_FILES } from '../../server/config/data-files.ts';
import { readConfig } from '../../server/config/file.ts';
import { createBots } from '../../web/bot/bots.ts';

const ownBin = join(import.meta.dirname, '../../server/admin/bin.mjs');

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON. */
  json<T>(): T;
}

/** For children only: how they are started. */
export interface Started {
  readonly input?: string;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly node?: string;
  /** Another copy of bin.mjs. */
  readonly bin?: string;
}

/** Variables of this process that configure nodes are not handed on. */
function environment(more: Record<string, string>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('CONCLAVE_') && !name.startsWith('npm_'));
  return { ...Object.fromEntries(own), ...more };
}

export function spawnConclave(
  args: readonly string[],
  { input = '', env = {}, cwd, node, bin = ownBin }: Started = {},
): Promise<Ended> {
  const child = spawn(node ?? process.execPath, [bin, ...args], { env: environment(env), cwd: cwd ?? tmpdir() });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const text = Buffer.concat(out).toString('utf8');
      resolve({ code: code ?? -1, out: text, err: Buffer.concat(err).toString('utf8'), json: () => JSON.parse(text) });
    });
  });
}

const nobody: Terminal = {
  isTerminal: false,
  say: () => {},
  ask: async () => undefined,
  clear: () => {},
  readAll: async () => '',
};

export interface Around {
  readonly env?: Record<string, string>;
  readonly terminal?: Partial<Terminal>;
  readonly startNode?: StartNode;
}

/** Within this process. */
export async function conclave(args: readonly string[], around: Around = {}): Promise<Ended> {
  const { env = {}, terminal = {}, startNode = async () => 0 } = around;
  let [out, err, code] = ['', '', 0];
  await runProgram(args, {
    version: '0.0.0',
    readConfig: (flags) => readConfig(env, flags),
    connect: ({ dataFolder }) => createCall(join(resolve(dataFolder), DATA_FILES.adminSocket)),
    clock: createSystemClock({ log: createLog() }),
    terminal: { ...nobody, ...terminal },
    openStopped,
    lookAtStopped,
    openBots: async () =>
      createBots((error) => {
        err += `${error}\n`;
      }),
    startNode,
    print: (text) => {
      out += text;
    },
    printError: (text) => {
      err += text;
    },
    setExitCode: (exitCode) => {
      code = exitCode;
    },
  });
  return { code, out, err, json: () => JSON.parse(out) };
}

export interface Folder {
  readonly path: string;
  file(name: string): string;
  end(): void;
}

/** A path that a data folder can be made at; short, for the socket in it. */
export function newFolder(): Folder {
  const parent = mkdtempSync(join(tmpdir(), 'ccl-'));
  const path = join(parent, 'data');
  return { path, file: (name) => join(path, name), end: () => rmSync(parent, { recursive: true, force: true }) };
}
