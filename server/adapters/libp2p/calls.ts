/**
 * Look-ups and pieces of files: one stream a call, one frame each way (`/conclave/rpc/1`, `/conclave/blob/1`, PROTOCOL 5.1).
 * Both sides close their half, or a stream would stay for ever; a stream that is not done in its time is reset.
 */
import type { Connection, Stream, StreamMessageEvent } from '@libp2p/interface';
import { LIMITS } from '../../../protocol/limits.ts';
import { assert, Fault } from '../../../protocol/result.ts';
import { LINK_BOUNDS } from '../../link-bounds.ts';
import { createFrameReader, encodeFrames } from './frames.ts';

/** One kind of calls, and how many of a side are under way at once. */
export interface Lane {
  readonly protocol: string;
  readonly atOnce: number;
}
export const RPC: Lane = { protocol: '/conclave/rpc/1', atOnce: LINK_BOUNDS.callsAtOnce };
export const BLOB: Lane = { protocol: '/conclave/blob/1', atOnce: LINK_BOUNDS.fetchesAtOnce };

/** More than `atOnce`: a stream counts until both sides have seen its end, and one too many is reset without a word. */
export function inboundStreams({ atOnce }: Lane): number {
  return 2 * atOnce;
}

/** For the request to arrive, and again for the answer to leave. */
const SERVE_TIMEOUT_MS = 10_000;

export interface Caller {
  /** As `Connection.call`. */
  call(request: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
}

/** `ended` aborts when the connection ends. */
export function createCaller(connection: Connection, lane: Lane, ended: AbortSignal): Caller {
  let underWay = 0;
  const waiting: (() => void)[] = [];

  const takeTurn = (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (underWay < lane.atOnce) {
      underWay += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      waiting.push(resolve);
      signal.addEventListener('abort', () => {
        const index = waiting.indexOf(resolve);
        if (index < 0) return;
        waiting.splice(index, 1);
        reject(signal.reason);
      });
    });
  };

  const giveTurn = (): void => {
    const next = waiting.shift();
    if (next === undefined) underWay -= 1;
    else next();
  };

  return {
    call: async (request, timeoutMs) => {
      assert(request.length <= LIMITS.callRequestBytes, 'a call is within LIMITS.callRequestBytes');
      const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ended]);
      try {
        await takeTurn(signal);
        try {
          return await callOnce(connection, lane, request, signal);
        } finally {
          giveTurn();
        }
      } catch (error) {
        if (ended.aborted) throw new Fault('call: the connection ended', { cause: error });
        throw new Fault(signal.aborted ? 'call: timed out' : 'call: closed without an answer', { cause: error });
      }
    },
  };
}

async function callOnce(
  connection: Connection,
  lane: Lane,
  request: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const stream = await connection.newStream(lane.protocol, { signal, maxOutboundStreams: inboundStreams(lane) });
  resetOn(signal, stream);
  stream.send(encodeFrames([request]));
  const [answer] = await Promise.all([readFrame(stream, LIMITS.callAnswerBytes), stream.close({ signal })]);
  return answer;
}

/** Answers one call; whatever goes wrong, the other side sees a reset stream and nothing more. */
export async function serveCall(stream: Stream, onCall: (request: Uint8Array) => Promise<Uint8Array>): Promise<void> {
  try {
    const arriving = resetOn(AbortSignal.timeout(SERVE_TIMEOUT_MS), stream);
    const request = await readFrame(stream, LIMITS.callRequestBytes);
    arriving.cancel();
    const answer = await onCall(request);
    assert(answer.length <= LIMITS.callAnswerBytes, 'an answer is within LIMITS.callAnswerBytes');
    const leaving = AbortSignal.timeout(SERVE_TIMEOUT_MS);
    resetOn(leaving, stream);
    stream.send(encodeFrames([answer]));
    await stream.close({ signal: leaving });
  } catch (error) {
    stream.abort(new Error('call not answered'));
    throw error;
  }
}

function resetOn(signal: AbortSignal, stream: Stream): { cancel(): void } {
  const reset = (): void => stream.abort(new Error('call out of time'));
  if (signal.aborted) reset();
  signal.addEventListener('abort', reset, { once: true });
  const cancel = (): void => signal.removeEventListener('abort', reset);
  stream.addEventListener('close', cancel);
  return { cancel };
}

/** The first frame of `stream`. Rejects when the stream ends before it is whole, or when it is above `limitBytes`. */
function readFrame(stream: Stream, limitBytes: number): Promise<Uint8Array> {
  const reader = createFrameReader(limitBytes);
  return new Promise((resolve, reject) => {
    const onMessage = ({ data }: StreamMessageEvent): void => {
      if (data instanceof Uint8Array) reader.push(data);
      else for (const chunk of data) reader.push(chunk);
      const frame = reader.next();
      if (frame === 'incomplete') return;
      stopReading();
      if (frame === 'too_large') reject(new Fault('frame too large'));
      else resolve(frame);
    };
    const onEnd = (): void => {
      stopReading();
      reject(new Fault('stream ended within a frame'));
    };
    const stopReading = (): void => {
      stream.removeEventListener('message', onMessage);
      stream.removeEventListener('end', onEnd);
      stream.removeEventListener('close', onEnd);
    };
    stream.addEventListener('message', onMessage);
    stream.addEventListener('end', onEnd);
    stream.addEventListener('close', onEnd);
    // Bytes that arrived behind the negotiation are pushed back after the end was announced.
    if (stream.status !== 'open' || (stream.readableEnded && stream.readBufferLength === 0)) onEnd();
  });
}
