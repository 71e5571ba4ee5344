// The lock file installs on every platform and from any registry: npm may leave out the packages of platforms other than
// the one it ran on, and `npm ci` then fails there, or everywhere.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Entry {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}
type Entries = Record<string, Entry>;

/** Where node looks for `name` from the package at `path`: its own node_modules, then each folder above it. */
function isReachable(entries: Entries, path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (entries[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

/** "package needs dependency" for everything that is asked for and has no entry. */
function missingEntries(entries: Entries): string[] {
  return Object.entries(entries).flatMap(([path, entry]) => {
    const wanted = { ...entry.dependencies, ...entry.optionalDependencies, ...entry.devDependencies };
    const missing = Object.keys(wanted).filter((name) => !isReachable(entries, path, name));
    return missing.map((name) => `${path || 'the project'} needs ${name}`);
  });
}

function uncheckedEntries(entries: Entries): string[] {
  const installed = Object.entries(entries).filter(([path, entry]) => path !== '' && entry.link !== true);
  return installed.filter(([, entry]) => !/^sha512-/.test(entry.integrity ?? '')).map(([path]) => path);
}

/** Entries that can only be fetched from one host. */
function boundEntries(entries: Entries): string[] {
  return Object.keys(entries).filter((path) => entries[path]?.resolved !== undefined);
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Entries;
};

test('every dependency of every package has an entry, for all platforms', () => {
  expect(missingEntries(lock.packages)).toEqual([]);
});

test('every entry says what its content must be', () => {
  expect(uncheckedEntries(lock.packages)).toEqual([]);
});

test('no entry names the host it came from', () => {
  expect(boundEntries(lock.packages)).toEqual([]);
});

test('the bundled Node is there for all five platforms, in one version', () => {
  const versions = ['bin-darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win-x64'].map(
    (platform) => lock.packages[`node_modules/node-${platform}`]?.version,
  );
  expect(new Set(versions).size).toBe(1);
  expect(versions[0]).toMatch(/^\d+\.\d+\.\d+$/);
});

test('a lock file with a gap is found out', () => {
  const planted: Entries = {
    '': { dependencies: { a: '1' } },
    'node_modules/a': { integrity: 'sha512-x', optionalDependencies: { 'a-linux': '1', 'a-darwin': '1' } },
    'node_modules/a/node_modules/a-linux': { resolved: 'https://registry.example/a-linux.tgz' },
  };
  expect(missingEntries(planted)).toEqual(['node_modules/a needs a-darwin']);
  expect(uncheckedEntries(planted)).toEqual(['node_modules/a/node_modules/a-linux']);
  expect(boundEntries(planted)).toEqual(['node_modules/a/node_modules/a-linux']);
});
