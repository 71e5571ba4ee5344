// Builds the web client into dist/web when what it is made of has changed since. The hash of the inputs lies beside the
// build; a build is made in a folder of its own and then takes the old one's place, so a running node never serves half of one.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { projectNode, root } from './node.mjs';

const sources = ['web', 'protocol', 'package-lock.json'];
const built = join(root, 'dist', 'web');
const mark = '.inputs';

/** Every file below a path, relative to the root, in an order that is the same everywhere. */
function filesBelow(path) {
  if (!existsSync(join(root, path))) return [];
  if (!statSync(join(root, path)).isDirectory()) return [path];
  const names = readdirSync(join(root, path)).sort();
  return names.flatMap((name) => filesBelow(`${path}/${name}`));
}

/** One hash over the names and contents of everything that the build depends on. */
function inputsHash() {
  const hash = createHash('sha256');
  for (const path of sources.flatMap(filesBelow).filter((file) => !/\.(test\.tsx?|md)$/.test(file))) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function builtFrom(folder) {
  const path = join(folder, mark);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

/** Puts a finished build in its place, unless another process has just done the same. */
function place(fresh, inputs) {
  if (builtFrom(built) !== inputs) {
    rmSync(built, { recursive: true, force: true });
    renameSync(fresh, built);
  }
  rmSync(fresh, { recursive: true, force: true });
}

/** Resolves with an exit code, 0 also where nothing was to do. */
export async function buildWebIfStale() {
  if (!existsSync(join(root, 'web', 'index.html'))) {
    console.log('The web client is not built: there is no web/index.html.');
    return 0;
  }
  const inputs = inputsHash();
  if (builtFrom(built) === inputs) return 0;
  console.log('Building the web client.');
  const fresh = join(root, 'dist', `web-${process.pid}`);
  const vite = [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'];
  const args = [...vite, '--config', join(root, 'web', 'vite.config.ts'), '--outDir', fresh, join(root, 'web')];
  const code = await runChild(projectNode(), args);
  if (code === 0) {
    writeFileSync(join(fresh, mark), `${inputs}\n`);
    place(fresh, inputs);
  }
  rmSync(fresh, { recursive: true, force: true });
  return code;
}
