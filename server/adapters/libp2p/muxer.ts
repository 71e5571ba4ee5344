/**
 * Yamux made safe against the other side. The library keeps the bytes of a data frame until the whole frame is there, and
 * only then compares its length with the window: a header that promises 4 GiB would be believed. And its `abort` says
 * good-bye over a transport that may be gone already: thrown within an event, that ends the process. PROTOCOL 5.1.
 */
import type { StreamMuxer, StreamMuxerFactory } from '@libp2p/interface';
import { yamux } from '@libp2p/yamux';
import { assert } from '../../../protocol/result.ts';

/** What one stream may have under way: 10 MB/s at 100 ms. Below the library's read buffer, which resets when it is full. */
const WINDOW_BYTES = 1024 * 1024;
const MOST_BUFFERED_BYTES = WINDOW_BYTES + 128 * 1024;
/** Streams of one connection, those without a protocol yet included. */
const STREAMS = 128;

/** The parts of the library's muxer that its types hide. */
interface Insides {
  decoder?: { buffer?: { byteLength: number } };
  onData(data: unknown): void;
  abort(error: Error): void;
}

export function boundedYamux(): () => StreamMuxerFactory {
  const make = yamux({
    maxInboundStreams: STREAMS,
    maxOutboundStreams: STREAMS,
    streamOptions: { maxStreamWindowSize: WINDOW_BYTES },
  });
  return () => {
    const factory = make();
    return { protocol: factory.protocol, createStreamMuxer: (stream) => bound(factory.createStreamMuxer(stream)) };
  };
}

function bound(muxer: StreamMuxer): StreamMuxer {
  const insides = muxer as unknown as Insides;
  const buffer = insides.decoder?.buffer;
  assert(buffer !== undefined && typeof insides.onData === 'function', 'the muxer is built as when it was bounded');
  const onData = insides.onData.bind(muxer);
  insides.onData = (data) => {
    onData(data);
    if (buffer.byteLength > MOST_BUFFERED_BYTES) throw new Error('muxer frame larger than any window');
  };
  const abort = insides.abort.bind(muxer);
  insides.abort = (error) => {
    try {
      abort(error);
    } catch {
      // Its streams are closed by then; only the good-bye failed.
    }
  };
  return muxer;
}
