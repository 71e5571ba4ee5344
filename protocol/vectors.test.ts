/** PROTOCOL 2.6: the frozen examples, read as any implementation would read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { verifySync } from './ed25519.ts';
import { DERIVATIONS, derivationOf } from './testing/derivations.ts';
import { makeVectors } from './testing/vector-files.ts';
import { type DerivedVector, fromHex, KINDS, kindOf, toHex, toJson, type VectorFile } from './testing/vectors.ts';

const folder = fileURLToPath(new URL('vectors', import.meta.url));
const files = readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))] as const);
const made = await makeVectors();

describe.each(files as [string, VectorFile][])('PROTOCOL 2.6: %s', (name, { good, bad, derived = [] }) => {
  test.each(good.map((each) => [each.kind, each.name, each] as const))('%s: %s', (kind, _, vector) => {
    const bytes = fromHex(vector.bytes);
    const read = kindOf(kind).read(bytes);
    expect(read.ok && toJson(read.value)).toEqual(vector.value);
    if (read.ok && kindOf(kind).encode)
      expect(toHex(kindOf(kind).encode?.(read.value) as Uint8Array)).toBe(vector.bytes);
    const hash = kindOf(kind).hash?.(bytes);
    expect(hash instanceof Uint8Array ? toHex(hash) : hash).toBe(vector.hash);
    if (!vector.signature) return;
    const { tag, key, signature } = vector.signature;
    expect(verifySync(tag, bytes, fromHex(key), fromHex(signature))).toBe(true);
  });

  test.each(bad.map((each) => [each.kind, each.name, each] as const))('%s: %s is refused', (kind, _, vector) => {
    expect(kindOf(kind).read(fromHex(vector.bytes))).toMatchObject({ ok: false, refusal: { code: vector.code } });
  });

  test.each(derived.map((each) => [each.of, each.name, each] as const))('%s: %s', async (of, _, { input, output }) => {
    expect(toJson(await derivationOf(of, input))).toEqual(output);
  });

  test('is what `npm run vectors` makes today', () => {
    const today = made[name.replace('.json', '')];
    expect({ good, bad, derived }).toEqual(
      toJson({ good: today?.good, bad: today?.bad, derived: today?.derived ?? [] }),
    );
  });
});

test('PROTOCOL 2.6: there is an example of every kind', () => {
  const kinds = new Set(files.flatMap(([, { good }]) => (good as VectorFile['good']).map(({ kind }) => kind)));
  expect(kinds).toEqual(new Set(Object.keys(KINDS)));
  const derivations = files.flatMap(([, { derived = [] }]) => (derived as DerivedVector[]).map(({ of }) => of));
  expect(new Set(derivations)).toEqual(new Set(Object.keys(DERIVATIONS)));
  expect(files.map(([name]) => name).sort()).toEqual(
    Object.keys(made)
      .map((name) => `${name}.json`)
      .sort(),
  );
});
