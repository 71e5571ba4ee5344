// How one file may look: where time and chance may be reached for, how long functions and files may be, what may be
// named how, and that nothing is left for later without an issue.
import { posix } from 'node:path';
import { layerOf } from './layers.ts';
import type { Source } from './source.ts';

const longestFunction = 70;
const longestFile = 400;
const mayDiffer = ['adapters', 'scripts', 'test', 'tools', 'client adapters', 'ui', 'service worker'];
const forbiddenFile = /^(utils?|helpers?|misc|common)\.[a-z]+$|service(?!-?worker)|manager/i;
const forbiddenName = /(Service|Manager|Utils?|Helpers?)$/;
const leftForLater = new RegExp(
  `\\b(${['FIX', 'TO', 'XX'].map((word, n) => word + ['ME', 'DO', 'X'][n]).join('|')})\\b`,
);

/** Time and chance come through the ports (ARCHITECTURE.md, "Time, chance, and the wire are handed in"). */
export function reachesForTimeOrChance({ path, impurities }: Source): string[] {
  if (mayDiffer.includes(layerOf(path) ?? '')) return [];
  return impurities.map(({ what, line }) => `${path}:${line}: ${what} outside the adapters`);
}

export function longFunctions({ path, functions }: Source): string[] {
  // A migration is one text of SQL.
  if (path.startsWith('server/db/migrations/')) return [];
  const long = functions.filter(({ lines }) => lines > longestFunction);
  return long.map(({ name, line, lines }) => `${path}:${line}: ${name} has ${lines} lines`);
}

export function longFiles({ path, text }: Source): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > longestFile ? [`${path}: has ${lines} lines`] : [];
}

export function forbiddenNames({ path, names }: Source): string[] {
  const file = forbiddenFile.test(posix.basename(path)) ? [`${path}: a name that says nothing`] : [];
  const wrong = names.filter(({ name }) => forbiddenName.test(name));
  return [...file, ...wrong.map(({ name, line }) => `${path}:${line}: ${name} is a name that says nothing`)];
}

export function leftovers({ path, text }: Source): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => (leftForLater.test(line) ? [`${path}:${index + 1}: left for later`] : []));
}
