/**
 * One connection of the port over one libp2p connection: its long-lived stream of frames, its calls, and its one end.
 * The end is told once, never from within a call of ours, and nothing else is told after it. PROTOCOL 5.1.
 */
import type { Connection as Libp2pConnection, Stream } from '@libp2p/interface';
import { LIMITS } from '../../../protocol/limits.ts';
import { assert } from '../../../protocol/result.ts';
import type { Connection, ConnectionHandlers, Log } from '../../ports.ts';
import { BLOB, createCaller, type Lane, RPC, serveCall } from './calls.ts';
import { startReceiver } from './receiver.ts';
import { createSender, type Sender } from './sender.ts';

/** For what is queued to leave, and for the other side to close too; then the socket is reset. */
const CLOSE_TIMEOUT_MS = 500;
/** The dialling side opens the stream of frames within this. */
const STREAM_TIMEOUT_MS = 10_000;

export class Peer {
  readonly connection: Connection;
  readonly #libp2p: Libp2pConnection;
  readonly #log: Log;
  readonly #sender: Sender;
  /** Aborts at the end. */
  readonly #lifetime = new AbortController();
  /** The handlers, or `null` if the end came first. */
  readonly #started = Promise.withResolvers<ConnectionHandlers | null>();
  #handlers: ConnectionHandlers | null = null;
  #stream: Stream | null = null;
  #isEndTold = false;

  /** `remoteKey`: 32 bytes, proven by the transport. */
  constructor(libp2p: Libp2pConnection, remoteKey: Uint8Array, log: Log) {
    this.#libp2p = libp2p;
    this.#log = log;
    this.#sender = createSender({
      onDrain: () => this.#tell('onDrain', () => this.#handlers?.onDrain()),
      onOverflow: () => this.#abort('send queue overflow'),
    });
    this.connection = {
      remoteKey,
      inbound: libp2p.direction === 'inbound',
      remoteAddress: libp2p.remoteAddr.toString().replace(/\/p2p\/\w+$/, ''),
      send: (frame) => this.#send(frame),
      call: createCaller(libp2p, RPC, this.#lifetime.signal).call,
      fetch: createCaller(libp2p, BLOB, this.#lifetime.signal).call,
      close: (reason) => this.#close(reason),
    };
    libp2p.addEventListener('close', (event) => this.end(endReason(event)));
    const late = setTimeout(() => this.#stream ?? this.#abort('no stream of frames in time'), STREAM_TIMEOUT_MS);
    this.#lifetime.signal.addEventListener('abort', () => clearTimeout(late));
  }

  /** From now on `handlers` are called; once. */
  start(handlers: ConnectionHandlers): void {
    this.#handlers = handlers;
    this.#started.resolve(handlers);
    if (this.#lifetime.signal.aborted) this.#tellEnd('ended before it began');
  }

  /** Frames go over this stream; once, or the connection ends. */
  attach(stream: Stream): void {
    if (this.#stream !== null) {
      this.#abort('a second stream of frames');
      return;
    }
    this.#stream = stream;
    this.#sender.attach(stream);
    stream.addEventListener('close', (event) => this.#abort(endReason(event)));
    stream.addEventListener('remoteCloseWrite', () => this.#abort('closed by the other side'));
    void this.#started.promise.then((handlers) => {
      if (handlers !== null) this.#receive(stream, handlers);
    });
  }

  /** Answers the call that `stream` carries. */
  async serve(stream: Stream, lane: Lane): Promise<void> {
    const handlers = await this.#started.promise;
    const handler = lane === BLOB ? 'onFetch' : 'onCall';
    if (handlers === null) stream.abort(new Error('the connection ended'));
    else await serveCall(stream, handlers[handler]).catch((error) => this.#note('debug', handler, error));
  }

  end(reason: string): void {
    if (this.#lifetime.signal.aborted) return;
    this.#sender.stop();
    this.#lifetime.abort(new Error(reason));
    this.#started.resolve(null);
    this.#tellEnd(reason);
  }

  #receive(stream: Stream, handlers: ConnectionHandlers): void {
    const stop = startReceiver(stream, {
      onFrame: handlers.onFrame,
      onBroken: (reason) => this.#abort(reason),
      onFault: (error) => {
        this.#note('error', 'onFrame', error);
        this.#abort('handler failed');
      },
    });
    this.#lifetime.signal.addEventListener('abort', stop);
    if (this.#lifetime.signal.aborted) stop();
  }

  #send(frame: Uint8Array): boolean {
    assert(frame.length <= LIMITS.frameBytes, 'a frame is within LIMITS.frameBytes');
    return this.#sender.send(frame);
  }

  #close(reason: string): void {
    if (this.#lifetime.signal.aborted) return;
    this.#sender.flush();
    this.end(reason);
    const inTime = { signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) };
    this.#libp2p.close(inTime).catch(() => this.#libp2p.abort(new Error(reason)));
  }

  #abort(reason: string): void {
    this.end(reason);
    this.#libp2p.abort(new Error(reason));
  }

  #tellEnd(reason: string): void {
    queueMicrotask(() => {
      if (this.#handlers === null || this.#isEndTold) return;
      this.#isEndTold = true;
      this.#tell('onClose', () => this.#handlers?.onClose(reason));
    });
  }

  #tell(handler: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#note('error', handler, error);
    }
  }

  #note(level: 'debug' | 'error', handler: string, error: unknown): void {
    this.#log[level]('link.handler_failed', { handler, error: error instanceof Error ? error.message : String(error) });
  }
}

function endReason(event: { error?: Error | undefined }): string {
  return event.error?.message ?? 'closed by the other side';
}
