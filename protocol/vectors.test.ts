/** PROTOCOL 2.6: the frozen examples, read as any implementation would read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { verifySync } from './ed25519.ts';
import { makeVectors } from './testing/vector-files.ts';
import { fromHex, KINDS, kindOf, toHex, toJson, type VectorFile } from './testing/vectors.ts';

const folder = fileURLToPath(new URL('vectors', import.meta.url));
const files = readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))] as const);
const made = makeVectors();

describe.each(files as [string, VectorFile][])('PROTOCOL 2.6: %s', (name, { good, bad }) => {
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

  test('is what `npm run vectors` makes today', () => {
    expect({ good, bad }).toEqual(
      toJson({ good: made[name.replace('.json', '')]?.good, bad: made[name.replace('.json', '')]?.bad }),
    );
  });
});

test('PROTOCOL 2.6: there is an example of every kind', () => {
  const kinds = new Set(files.flatMap(([, { good }]) => (good as VectorFile['good']).map(({ kind }) => kind)));
  expect(kinds).toEqual(new Set(Object.keys(KINDS)));
  expect(files.map(([name]) => name).sort()).toEqual(
    Object.keys(made)
      .map((name) => `${name}.json`)
      .sort(),
  );
});
