/**
 * `npm run vectors` writes the frozen examples of the protocol anew; `npm run vectors -- --check` only compares and exits with 1
 * where one differs. They change only when the protocol does.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeVectors } from '../protocol/testing/vector-files.ts';

const folder = fileURLToPath(new URL('../protocol/vectors', import.meta.url));

function frozen(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const check = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });
for (const [name, file] of Object.entries(await makeVectors())) {
  const path = join(folder, `${name}.json`);
  const made = `${JSON.stringify(file, null, 2)}\n`;
  const same = frozen(path) === made;
  if (!check) writeFileSync(path, made);
  else if (!same) process.exitCode = 1;
  console.log(`${name}.json: ${same ? 'unchanged' : check ? 'differs' : 'written'}`);
}
