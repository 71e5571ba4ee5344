import type { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { createBatches, frameOf } from './batch.ts';

/** Its types leave out what reads frames. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** What a WebSocket client reads out of the bytes. */
function read(frame: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: false });
    receiver.on('message', (data: Buffer) => resolve(data.toString()));
    receiver.on('error', reject);
    receiver.write(frame);
  });
}

test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('a frame of %i bytes is read as it was written', async (bytes) => {
  const text = 'x'.repeat(bytes);
  expect(await read(frameOf(createBatches().add(null, text)))).toBe(text);
});

test('several texts make one array, and what is not ASCII keeps its bytes', async () => {
  const batches = createBatches();
  const batch = batches.add(batches.add(null, '{"a":"é"}'), '{"b":"日本"}');
  expect(JSON.parse(await read(frameOf(batch)))).toEqual([{ a: 'é' }, { b: '日本' }]);
});

test('sockets that get the same share one frame, and those that get other things do not', () => {
  const batches = createBatches();
  const [one, other] = [batches.add(null, 'a'), batches.add(null, 'a')];
  expect(one).toBe(other);
  expect(batches.add(one, 'b')).toBe(batches.add(other, 'b'));
  expect(batches.add(one, 'c')).not.toBe(batches.add(one, 'b'));
  expect(frameOf(batches.add(one, 'c'))).not.toEqual(frameOf(batches.add(one, 'b')));
});
