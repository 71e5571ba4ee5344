// Files sealed and opened as streams, through a node that gives any part, cuts, alters and stays away.
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Fault, Refused } from '../../../protocol/result.ts';
import { FILE_CHUNK_BYTES, sealedFileBytes } from '../../../protocol/seal/files.ts';
import { toBase64 } from '../base64.ts';
import { PIECE_BYTES } from './bytes.ts';
import { type FetchBlob, readSealed } from './reading.ts';
import { sealStream } from './sealing.ts';

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const contents = (length: number) => new Uint8Array(Buffer.alloc(length, randomBytes(Math.min(length, 9_973) || 1)));

async function sealed(clear: Uint8Array<ArrayBuffer>) {
  const key = random.bytes(32);
  const stream = sealStream(new Blob([clear]), key, random);
  const pieces: Uint8Array[] = [];
  for await (const piece of stream.pieces) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  return { bytes, blob: stream.blob(), content: { blob: stream.blob(), key: toBase64(key), size: clear.length } };
}

/** A node that has these bytes; `change` may break an answer, and is told which it is. */
function nodeWith(
  bytes: Uint8Array,
  change: (answer: Uint8Array, count: number) => Uint8Array | Error = (same) => same,
) {
  const asked: [from: number, to: number][] = [];
  const fetchBlob: FetchBlob = async (_, from, to) => {
    asked.push([from, to]);
    const answer = change(bytes.subarray(from, to), asked.length);
    if (answer instanceof Error) throw answer;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        // In odd lengths, as a network would.
        for (let at = 0; at < answer.length; at += 77_777) controller.enqueue(answer.slice(at, at + 77_777));
        controller.close();
      },
    });
    return { stream, total: bytes.length };
  };
  return { asked, parts: { fetchBlob, pause: async () => {} } };
}

const chunk = FILE_CHUNK_BYTES;
const lengths = [0, 1, chunk - 1, chunk, chunk + 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 5];

describe('a file of any length', () => {
  test.each(lengths)('of %i bytes comes out as it went in, and is known by its hash', async (length) => {
    const clear = contents(length);
    const { bytes, blob, content } = await sealed(clear);
    expect(bytes.length).toBe(sealedFileBytes(length));
    expect(blob).toBe(createHash('sha256').update(bytes).digest('base64url'));
    const out = await readSealed(content, nodeWith(bytes).parts).bytes();
    expect(Buffer.compare(out, clear)).toBe(0);
  });

  test('is read in part without the rest', async () => {
    const clear = contents(20 * chunk + 7);
    const { bytes, content } = await sealed(clear);
    const { parts, asked } = nodeWith(bytes);
    const reading = readSealed(content, parts);
    for (const [from, to] of [
      [0, 1],
      [5 * chunk - 3, 5 * chunk + 3],
      [chunk, 2 * chunk],
      [20 * chunk, 20 * chunk + 7],
    ] as const) {
      expect(Buffer.compare(await reading.bytes(from, to), clear.subarray(from, to))).toBe(0);
    }
    expect(asked.reduce((sum, [from, to]) => sum + to - from, 0)).toBeLessThan(6 * (chunk + 16) + 60);
  });

  test('is sealed under a new salt each time, so that one key never makes two files', async () => {
    const clear = contents(10);
    expect((await sealed(clear)).blob).not.toBe((await sealed(clear)).blob);
  });

  test('that shrinks while it is read is not sealed', async () => {
    const file = new Blob([contents(PIECE_BYTES + 5)]);
    const cut = {
      size: file.size,
      slice: (from: number, to: number) => file.slice(from, Math.min(to, PIECE_BYTES + 1)),
    } as Blob;
    const work = async () => {
      for await (const piece of sealStream(cut, random.bytes(32), random).pieces) void piece;
    };
    await expect(work()).rejects.toBeInstanceOf(Fault);
  });
});

describe('what a node gives', () => {
  const clear = contents(40 * chunk + 100);

  test('is asked for again from where it broke off, at any byte', async () => {
    const { bytes, content } = await sealed(clear);
    for (const cut of [1, chunk, 17 * (chunk + 16) + 5, 600_000]) {
      const { parts, asked } = nodeWith(bytes, (answer, count) => (count === 2 ? answer.subarray(0, cut) : answer));
      expect(Buffer.compare(await readSealed(content, parts).bytes(), clear)).toBe(0);
      expect(asked.length).toBe(3);
    }
  });

  test('is waited for while the node is away, and in the end it is said', async () => {
    const { bytes, content } = await sealed(clear);
    const twice = nodeWith(bytes, (answer, count) => (count <= 2 ? new Fault('away') : answer));
    expect((await readSealed(content, twice.parts).bytes()).length).toBe(clear.length);
    const never = nodeWith(bytes, () => new Fault('away'));
    await expect(readSealed(content, never.parts).bytes()).rejects.toBeInstanceOf(Fault);
  });

  test('is refused as the node refuses it', async () => {
    const { bytes, content } = await sealed(clear);
    const node = nodeWith(bytes, () => new Refused('not_found'));
    await expect(readSealed(content, node.parts).bytes()).rejects.toMatchObject({ refusal: { code: 'not_found' } });
    expect(node.asked.length).toBe(1);
  });

  const flipped = (at: number) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    changed[at < 0 ? changed.length + at : at]! ^= 1;
    return changed;
  };
  test.each([
    ['altered in its salt', flipped(0)],
    ['altered in its commitment', flipped(30)],
    ['altered in a chunk', flipped(56 + 5 * (chunk + 16) + 100)],
    ['altered in its last byte', flipped(-1)],
    ['cut by a chunk', (bytes: Buffer) => bytes.subarray(0, bytes.length - 116)],
    ['longer than it was', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(1)])],
    [
      'with two chunks in each other’s place',
      (bytes: Buffer) => {
        const at = (index: number) => 56 + index * (chunk + 16);
        const parts = [
          bytes.subarray(0, at(3)),
          bytes.subarray(at(4), at(5)),
          bytes.subarray(at(3), at(4)),
          bytes.subarray(at(5)),
        ];
        return Buffer.concat(parts);
      },
    ],
  ])('is refused when it is %s', async (_, change) => {
    const { bytes, content } = await sealed(clear);
    const reading = readSealed(content, nodeWith(change(bytes)).parts);
    await expect(reading.bytes()).rejects.toMatchObject({ refusal: { code: 'cannot_open' } });
  });

  test('does not open under another key', async () => {
    const { bytes, content } = await sealed(clear);
    const other = { ...content, key: toBase64(random.bytes(32)) };
    await expect(readSealed(other, nodeWith(bytes).parts).bytes()).rejects.toMatchObject({
      refusal: { code: 'cannot_open' },
    });
  });
});
