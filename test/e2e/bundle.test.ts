// Builds the web client as it is shipped and holds it to web/limits.ts; and to the policy that the node sends with it.
import { isAbsolute, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  FIRST_PAINT_BYTES,
  LAZY_BYTES,
  PAGE_BYTES,
  PDF_BYTES,
  SEARCH_BYTES,
  SERVICE_WORKER_BYTES,
} from '../../web/limits.ts';
import { buildWeb, type Chunk, type WebOutput, web } from './web-build.ts';

let output: readonly WebOutput[number][] = [];
const worker: Chunk[] = [];
const index: Chunk[] = [];
beforeAll(async () => {
  output = await buildWeb('index.html', worker, index);
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
/** What runs together, and shares what it loaded: the page, and its worker. */
function programs(): Chunk[][] {
  return [chunks(), worker];
}

/** A chunk of this program and all that must be there before it runs; without one, what the program begins with. */
function needed(program: Chunk[], chunk?: Chunk, known = new Set<Chunk>()): Set<Chunk> {
  const first = chunk ?? program.find(({ isEntry }) => isEntry)!;
  if (known.has(first)) return known;
  known.add(first);
  for (const name of first.imports) needed(program, program.find(({ fileName }) => fileName === name)!, known);
  return known;
}
function bytesOf(loaded: Iterable<Chunk>): number {
  return [...loaded].reduce((sum, { code }) => sum + gzipBytes(code), 0);
}
function modulesOf({ moduleIds }: Chunk): string[] {
  // An empty module that stands in for one of Node has no path.
  return moduleIds.filter(isAbsolute).map((id) => relative(web, id));
}

describe('the web client', () => {
  test('loads little script before the first usable paint', () => {
    const [page, behind] = programs().map((program) => bytesOf(needed(program))) as [number, number];
    expect(page).toBeLessThan(PAGE_BYTES);
    expect(behind).toBeGreaterThan(0);
    expect(page + behind).toBeLessThan(FIRST_PAINT_BYTES);
  });

  test.each(Object.entries(LAZY_BYTES))('loads %s later, in at most %i bytes', (module, limit) => {
    const program = programs().find((one) => one.some((chunk) => modulesOf(chunk).includes(module)))!;
    const before = needed(program);
    const chunk = program.find((one) => modulesOf(one).includes(module))!;
    const later = [...needed(program, chunk)].filter((one) => !before.has(one));
    expect(later).not.toEqual([]);
    expect(bytesOf(later)).toBeLessThan(limit);
  });

  test('opens PDF with little script', () => {
    const isPdf = (name: string) => name.endsWith('pdf.min.mjs') || name.endsWith('pdf.mjs');
    const page = chunks().find(({ moduleIds }) => moduleIds.some(isPdf));
    expect(gzipBytes(page?.code ?? '') + gzipBytes(textOf(/pdf\.worker/))).toBeLessThan(PDF_BYTES);
    expect(textOf(/pdf\.worker/)).not.toBe('');
  });

  test('has a search index that is small, WebAssembly included', () => {
    const wasm = output.find((file) => file.type === 'asset' && /^assets\/sqlite3.*\.wasm$/.test(file.fileName));
    expect(wasm?.type === 'asset' && index.length > 0).toBe(true);
    const bytes = wasm?.type === 'asset' ? gzipSync(wasm.source).length : 0;
    expect(bytes + bytesOf(index)).toBeLessThan(SEARCH_BYTES);
  });

  test('has a limit for every part that is loaded later', () => {
    const lazy = programs()
      .flat()
      .filter((chunk) => chunk.isDynamicEntry && modulesOf(chunk).length > 0);
    const unnamed = lazy.filter((chunk) => !modulesOf(chunk).some((module) => module in LAZY_BYTES));
    expect(unnamed.map(({ fileName }) => fileName)).toEqual([]);
  });

  test('has a small service worker, which knows every file by its hash', () => {
    const script = textOf(/^sw\.js$/);
    expect(gzipBytes(script)).toBeLessThan(SERVICE_WORKER_BYTES);
    const paths = output.map(({ fileName }) => `/${fileName}`).filter((path) => path !== '/sw.js');
    for (const path of [...paths, '/icon.svg', '/manifest.webmanifest']) expect(script).toContain(`\`${path}\``);
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
