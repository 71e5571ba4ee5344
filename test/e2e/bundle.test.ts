// Builds the web client as it is shipped and holds it to web/limits.ts; and to the policy that the node sends with it.
import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { FIRST_PAINT_BYTES, LAZY_BYTES, PAGE_BYTES } from '../../web/limits.ts';
import { buildWeb, type Chunk, type WebOutput, web } from './web-build.ts';

let output: readonly WebOutput[number][] = [];
beforeAll(async () => {
  output = await buildWeb();
});

function chunks(): Chunk[] {
  return output.filter((file) => file.type === 'chunk');
}
function textOf(name: RegExp): string {
  const found = output.find((file) => file.type === 'asset' && name.test(file.fileName));
  return found?.type === 'asset' ? String(found.source) : '';
}
function gzipBytes(text: string): number {
  return gzipSync(text).length;
}
function page(): Chunk {
  return chunks().find(({ isEntry }) => isEntry)!;
}

/** A chunk and all that must be there before it runs. */
function withImports(chunk: Chunk, known = new Set<Chunk>()): Set<Chunk> {
  if (known.has(chunk)) return known;
  known.add(chunk);
  for (const name of chunk.imports) withImports(chunks().find(({ fileName }) => fileName === name)!, known);
  return known;
}
function bytesOf(loaded: Iterable<Chunk>): number {
  return [...loaded].reduce((sum, { code }) => sum + gzipBytes(code), 0);
}
function modulesOf({ moduleIds }: Chunk): string[] {
  return moduleIds.map((id) => relative(web, id));
}

describe('the web client', () => {
  test('loads little script before the first usable paint', () => {
    const worker = gzipBytes(textOf(/worker.*\.js$/));
    const needed = bytesOf(withImports(page()));
    expect(needed).toBeLessThan(PAGE_BYTES);
    expect(worker).toBeGreaterThan(0);
    expect(needed + worker).toBeLessThan(FIRST_PAINT_BYTES);
  });

  test.each(Object.entries(LAZY_BYTES))('loads %s later, in at most %i bytes', (module, limit) => {
    const before = withImports(page());
    const chunk = chunks().find((one) => modulesOf(one).includes(module))!;
    const later = [...withImports(chunk)].filter((one) => !before.has(one));
    expect(later).not.toEqual([]);
    expect(bytesOf(later)).toBeLessThan(limit);
  });

  test('has a limit for every part that is loaded later', () => {
    const lazy = chunks().filter(({ isDynamicEntry }) => isDynamicEntry);
    const unnamed = lazy.filter((chunk) => !modulesOf(chunk).some((module) => module in LAZY_BYTES));
    expect(unnamed.map(({ fileName }) => fileName)).toEqual([]);
  });

  test('needs nothing that a strict content security policy forbids', () => {
    const html = textOf(/^index\.html$/);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    expect(
      [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]).filter((url) => !url?.startsWith('/')),
    ).toEqual([]);
  });

  test('holds nothing of the sample', () => {
    const modules = chunks().flatMap(modulesOf);
    expect(modules.filter((module) => module.startsWith('ui/sample/'))).toEqual([]);
    expect(output.map(({ fileName }) => fileName).filter((name) => name.includes('sample'))).toEqual([]);
  });
});
