/** SEAL 5.4: files in chunks. */
import { describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '../bytes.ts';
import { LIMITS } from '../limits.ts';
import { bytesOf, unwrap } from '../testing/orgs.ts';
import { FILE_CHUNK_BYTES, FILE_HEADER_BYTES, openFile, sealedFileBytes, sealFile } from './files.ts';

const refused = (code: string) => ({ ok: false, refusal: { code } });
const key = bytesOf(32, 1);
const salt = bytesOf(24, 2);
const fill = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

async function sealWhole(clear: Uint8Array): Promise<Uint8Array> {
  const sealer = await sealFile(key, salt);
  const parts = [sealer.header];
  for (let at = 0, index = 0; at <= clear.length; at += FILE_CHUNK_BYTES, index++) {
    parts.push(await sealer.sealChunk(index, clear.subarray(at, at + FILE_CHUNK_BYTES)));
  }
  return concatBytes(...parts);
}

async function openWhole(sealed: Uint8Array, fileKey = key): Promise<Uint8Array | string> {
  const opener = await openFile(fileKey, sealed.slice(0, FILE_HEADER_BYTES), sealed.length);
  if (!opener.ok) return opener.refusal.code;
  const parts: Uint8Array[] = [];
  for (let index = 0; index < opener.value.chunks; index++) {
    const { offset, length } = opener.value.place(index);
    const clear = await opener.value.openChunk(index, sealed.subarray(offset, offset + length));
    if (!clear.ok) return clear.refusal.code;
    parts.push(clear.value);
  }
  return concatBytes(...parts);
}

const chunk = FILE_CHUNK_BYTES;
const three = fill(2 * chunk + 10);
const sealedThree = await sealWhole(three);
const place = (index: number) => FILE_HEADER_BYTES + index * (chunk + 16);

describe('SEAL 5.4: files', () => {
  test.each([0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 5])(
    '%i bytes open to themselves',
    async (length) => {
      const sealed = await sealWhole(fill(length));
      expect(sealed).toHaveLength(sealedFileBytes(length));
      expect(await openWhole(sealed)).toEqual(fill(length));
    },
  );

  test('any chunk opens by itself, at its own place alone', async () => {
    const opener = unwrap(await openFile(key, sealedThree.slice(0, FILE_HEADER_BYTES), sealedThree.length));
    expect(opener).toMatchObject({ clearBytes: three.length, chunks: 3 });
    const [first, second] = [0, 1].map((i) => sealedThree.slice(place(i), place(i + 1))) as [Uint8Array, Uint8Array];
    expect(unwrap(await opener.openChunk(1, second))).toEqual(three.slice(chunk, 2 * chunk));
    expect(await opener.openChunk(1, first)).toMatchObject(refused('cannot_open'));
    expect(await opener.openChunk(2, second)).toMatchObject(refused('cannot_open'));
    expect(await opener.openChunk(3, second)).toMatchObject(refused('cannot_open'));
    expect(await opener.openChunk(1, second.slice(1))).toMatchObject(refused('cannot_open'));
  });

  test('cut short anywhere, it does not open whole', async () => {
    for (const length of [
      0,
      55,
      56,
      71,
      place(1),
      place(1) + 15,
      place(2) - 1,
      place(2),
      place(2) + 16,
      sealedThree.length - 1,
    ]) {
      expect(await openWhole(sealedThree.slice(0, length))).toBe('cannot_open');
    }
  });

  test('a last chunk that is full, or follows the last, does not open', async () => {
    expect(await openWhole(concatBytes(sealedThree, new Uint8Array(16)))).toBe('cannot_open');
    const swapped = concatBytes(
      sealedThree.slice(0, place(0)),
      sealedThree.slice(place(1), place(2)),
      sealedThree.slice(place(0), place(1)),
      sealedThree.slice(place(2)),
    );
    expect(await openWhole(swapped)).toBe('cannot_open');
  });

  test('another key, context, salt or commitment is noticed before any chunk', async () => {
    expect(await openWhole(sealedThree, bytesOf(32, 9))).toBe('cannot_open');
    expect(await openWhole(sealedThree, bytesOf(31, 1))).toBe('cannot_open');
    const header = sealedThree.slice(0, FILE_HEADER_BYTES);
    expect(await openFile(key, header, sealedThree.length, utf8('other'))).toMatchObject(refused('cannot_open'));
    expect(await openFile(key, header.slice(1), sealedThree.length)).toMatchObject(refused('cannot_open'));
    for (const at of [0, 23, 24, 55]) {
      const altered = header.map((byte, i) => (i === at ? byte ^ 1 : byte));
      expect(await openFile(key, altered, sealedThree.length)).toMatchObject(refused('cannot_open'));
    }
  });

  test('the counter reaches 38 bits and no further', async () => {
    const header = sealedThree.slice(0, FILE_HEADER_BYTES);
    const most = sealedFileBytes((LIMITS.fileChunks - 1) * chunk + 5);
    expect(await openFile(key, header, most)).toMatchObject({ ok: true });
    expect(await openFile(key, header, sealedFileBytes(LIMITS.fileChunks * chunk))).toMatchObject(
      refused('cannot_open'),
    );
    const sealer = await sealFile(key, salt);
    const last = await sealer.sealChunk(LIMITS.fileChunks - 1, fill(5));
    const opener = unwrap(await openFile(key, header, most));
    expect(unwrap(await opener.openChunk(LIMITS.fileChunks - 1, last))).toEqual(fill(5));
    expect(() => sealer.sealChunk(LIMITS.fileChunks, fill(5))).toThrow('bug');
    expect(() => sealer.sealChunk(0, fill(chunk + 1))).toThrow('bug');
  });

  test('a key is not the same without the zero at its end', async () => {
    const sealer = await sealFile(key.toReversed(), salt);
    const sealed = concatBytes(sealer.header, await sealer.sealChunk(0, fill(5)));
    expect(await openWhole(sealed, key.toReversed())).toEqual(fill(5));
    expect(await openWhole(sealed, key.toReversed().slice(0, 31))).toBe('cannot_open');
  });

  test('nothing opens beyond the length that was said', async () => {
    const sealed = await sealWhole(fill(3 * chunk + 10));
    const opener = unwrap(await openFile(key, sealed.slice(0, FILE_HEADER_BYTES), sealedThree.length - chunk - 16));
    expect(await opener.openChunk(2, sealed.slice(place(2), place(3)))).toMatchObject(refused('cannot_open'));
  });

  test('a key or salt of another length is a bug', async () => {
    await expect(sealFile(bytesOf(31, 1), salt)).rejects.toThrow('bug');
    await expect(sealFile(key, bytesOf(23, 1))).rejects.toThrow('bug');
  });
});
