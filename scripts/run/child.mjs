// Child processes: in the foreground, with this process's terminal, signals and exit code; or in the background, with their
// output held back until they end.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './node.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A shell's convention for what a signal ended. */
function exitCode(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

/** A terminal sends these to every process in the foreground, so the child has had them already. */
function cameFromTerminal(signal) {
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  return onTerminal && signal !== 'SIGTERM';
}

/**
 * npm starts scripts through a shell, and a signal to npm ends that shell alone. Without this the program would stay
 * behind, with its port and its data folder.
 */
function onceShellOfNpmIsGone(run) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    run();
  }, 500);
  return look;
}

/** Runs a program in the foreground. Each signal reaches it once. Resolves with its exit code. */
export function runChild(file, args, { env = process.env, shell = false } = {}) {
  const child = spawn(file, args, { cwd: root, env, shell, stdio: 'inherit' });
  const sent = new Set();
  const forward = (signal) => {
    if (cameFromTerminal(signal) || sent.has(signal)) return;
    sent.add(signal);
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  const watch = onceShellOfNpmIsGone(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      for (const name of signals) process.off(name, forward);
      resolve(exitCode(code, signal));
    });
  });
}

/** Runs a program in the background. Resolves with its exit code and everything it wrote. */
export function runQuietly(file, args) {
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code: exitCode(code, signal), output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
