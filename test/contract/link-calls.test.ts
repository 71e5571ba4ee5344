/** The contract of the `Link` port (server/ports.ts), kept by the real and by the simulated link: calls. */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import { Fault } from '../../protocol/result.ts';
import { contract, join } from './link-harness.ts';

contract('a call is answered, from either side, and many at once', async (harness) => {
  const { from, to } = await join(harness, { onCall: async () => Uint8Array.of(1) }, {});
  expect(await harness.drive(from.call(Uint8Array.of(4, 5), 5_000))).toEqual(Uint8Array.of(4, 5));
  expect(await harness.drive(to.call(Uint8Array.of(4, 5), 5_000))).toEqual(Uint8Array.of(1));
  const calls = Array.from({ length: 100 }, (_, i) => from.call(Uint8Array.of(i), 20_000));
  const answers = await harness.drive(Promise.all(calls));
  expect(answers.map(([first]) => first)).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

contract('a call carries a request and an answer at their limits', async (harness) => {
  const answer = randomBytes(LIMITS.callAnswerBytes);
  const { from } = await join(harness, {}, { onCall: async () => answer });
  const got = await harness.drive(from.call(randomBytes(LIMITS.callRequestBytes), 10_000));
  expect(Buffer.compare(got, answer)).toBe(0);
  await expect(async () => from.call(new Uint8Array(LIMITS.callRequestBytes + 1), 1_000)).rejects.toThrow('bug');
});

contract('an answer above its limit is not sent', async (harness) => {
  const { from, to } = await join(harness, {}, { onCall: async () => new Uint8Array(LIMITS.callAnswerBytes + 1) });
  await expect(harness.drive(from.call(Uint8Array.of(1), 10_000))).rejects.toThrow('closed without an answer');
  expect(await harness.drive(to.call(Uint8Array.of(1), 10_000))).toHaveLength(1);
});

contract('a call whose handler throws ends without an answer and leaves the connection alone', async (harness) => {
  const onCall = async (): Promise<Uint8Array> => {
    throw new Error('of the handler');
  };
  const { from, toHandlers } = await join(harness, {}, { onCall });
  await expect(harness.drive(from.call(Uint8Array.of(1), 10_000))).rejects.toThrow(Fault);
  await expect(harness.drive(from.call(Uint8Array.of(1), 10_000))).rejects.toThrow('closed without an answer');
  from.send(Uint8Array.of(1));
  await harness.until(() => toHandlers.frames.length === 1);
});

contract('a call that is not answered in time rejects, and so does one whose connection ends', async (harness) => {
  const gate = Promise.withResolvers<Uint8Array>();
  const { from } = await join(harness, {}, { onCall: () => harness.held(gate.promise) });
  await expect(harness.drive(from.call(Uint8Array.of(1), 50))).rejects.toThrow('timed out');
  const pending = from.call(Uint8Array.of(1), 60_000);
  const outcome = expect(pending).rejects.toThrow('the connection ended');
  from.close('enough');
  await outcome;
  await expect(from.call(Uint8Array.of(1), 1_000)).rejects.toThrow(Fault);
  gate.resolve(new Uint8Array());
});

contract(
  'a piece of a file is fetched beside calls, from either side, and neither waits for the other',
  async (harness) => {
    const gate = Promise.withResolvers<Uint8Array>();
    const piece = randomBytes(LIMITS.blobPieceBytes);
    const { from, to } = await join(
      harness,
      { onFetch: async () => Uint8Array.of(7) },
      { onCall: () => harness.held(gate.promise), onFetch: async () => piece },
    );
    const calls = Array.from({ length: 40 }, () => from.call(Uint8Array.of(1), 30_000));
    const pieces = await harness.drive(
      Promise.all(Array.from({ length: 40 }, () => from.fetch(Uint8Array.of(2), 30_000))),
    );
    for (const each of pieces) expect(Buffer.compare(each, piece)).toBe(0);
    expect(await harness.drive(to.fetch(Uint8Array.of(2), 5_000))).toEqual(Uint8Array.of(7));
    gate.resolve(Uint8Array.of(3));
    await harness.drive(Promise.all(calls));
  },
);

contract('a fetch that nobody answers rejects, and leaves the connection alone', async (harness) => {
  const onFetch = async (): Promise<Uint8Array> => {
    throw new Error('of the handler');
  };
  const { from, toHandlers } = await join(harness, {}, { onFetch });
  await expect(harness.drive(from.fetch(Uint8Array.of(1), 10_000))).rejects.toThrow(Fault);
  from.send(Uint8Array.of(1));
  await harness.until(() => toHandlers.frames.length === 1);
});
