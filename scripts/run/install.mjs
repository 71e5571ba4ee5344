// Installs what package-lock.json names, when that is not what is installed. A mark in node_modules holds the hash of the
// lock file it was installed from; `npm ci` begins by deleting the folder, so half an installation is never marked.
// Plain JavaScript for Node 18 and newer: this is the first thing that runs in a fresh clone.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { linkBundledNode, root } from './node.mjs';

const modules = join(root, 'node_modules');
const mark = join(modules, '.conclave-installed');

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** Remembers that node_modules is what package-lock.json says. */
export function markInstalled() {
  writeFileSync(mark, `${lockHash()}\n`);
}

/** Why an installation is needed, as part of a sentence; undefined where none is. */
function whyInstall(withDevelopment) {
  if (!existsSync(modules)) return 'nothing is installed yet';
  if (!existsSync(mark)) return 'the last installation did not end well';
  if (readFileSync(mark, 'utf8').trim() !== lockHash()) return 'package-lock.json has changed';
  if (withDevelopment && !existsSync(join(modules, 'vitest'))) return 'the tools for development are missing';
  return undefined;
}

/** What to start npm with. npm says where it is; its own Node is not the one that it is about to delete. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.[cm]?js$/.test(script)) {
    return { file: process.env.npm_node_execpath ?? process.execPath, args: [script], shell: false };
  }
  return { file: 'npm', args: [], shell: process.platform === 'win32' };
}

/** Brings node_modules up to date. Resolves with an exit code, 0 also where nothing was to do. */
export async function installIfStale({ withDevelopment }) {
  const why = whyInstall(withDevelopment);
  if (why !== undefined) {
    console.log(`Installing packages: ${why}.`);
    const npm = npmCommand();
    const kinds = ['--include=optional', ...(withDevelopment ? ['--include=dev'] : [])];
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
    const code = await runChild(npm.file, [...npm.args, 'ci', ...kinds, ...quiet], { shell: npm.shell });
    if (code !== 0) return code;
    markInstalled();
  }
  linkBundledNode();
  return 0;
}
