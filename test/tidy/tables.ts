// A domain queries its own tables and no others (ARCHITECTURE.md, "Who may lean on whom"): whose a table is says the file
// of the schema that it is in, server/db/schema/chats.ts for server/chats.
import { posix } from 'node:path';
import { layerOf } from './layers.ts';
import type { Source } from './source.ts';

/** Domain by table, from the members of `...Tables` in the files of the schema. */
export function tableOwners(sources: Source[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const { path, text } of sources.filter((source) => source.path.startsWith('server/db/schema/'))) {
    const members = /interface \w+Tables \{([^}]*)\}/.exec(text)?.[1] ?? '';
    for (const match of members.matchAll(/^\s*(\w+):/gm)) owners.set(match[1] ?? '', posix.basename(path, '.ts'));
  }
  return owners;
}

/** Every query of a table of another domain. */
export function foreignTables(sources: Source[]): string[] {
  const owners = tableOwners(sources);
  return sources
    .filter(({ path }) => ['domain', 'edge', 'node', 'main'].includes(layerOf(path) ?? ''))
    .flatMap(({ path, tables }) => {
      const foreign = tables.filter(({ name }) => owners.has(name) && owners.get(name) !== path.split('/')[1]);
      return foreign.map(({ name, line }) => `${path}:${line}: ${name} is a table of ${owners.get(name)}`);
    });
}
