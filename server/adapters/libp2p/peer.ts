/**
 * One connection of the port over one libp2p connection: its long-lived stream of frames, its calls, and its one end.
 * The end is told once, never from within a call of ours, and nothing else is told after it. PROTOCOL 5.1.
 */
import type { Connection as Libp2pConnection, Stream } from '@libp2p/interface';
import { LIMITS } from '../../../protocol/limits.ts';
import { assert } from '../../../protocol/result.ts';
import type { Connection, ConnectionHandlers, Log } from '../../ports.ts';
import { createCaller, serveCall } from './calls.ts';
import { startReceiver } from './receiver.ts';
import { createSender } from './sender.ts';

/** For what is queued to leave, and for the other side to close too; then the socket is reset. */
const CLOSE_TIMEOUT_MS = 500;
/** The dialling side opens the stream of frames within this. */
const STREAM_TIMEOUT_MS = 10_000;

export interface Peer {
  readonly connection: Connection;
  /** From now on `handlers` are called; once. */
  start(handlers: ConnectionHandlers): void;
  /** Frames go over this stream; once, or the connection ends. */
  attach(stream: Stream): void;
  serve(stream: Stream): Promise<void>;
  end(reason: string): void;
}

/** `remoteKey`: 32 bytes, proven by the transport. */
export function createPeer(libp2p: Libp2pConnection, remoteKey: Uint8Array, log: Log): Peer {
  const lifetime = new AbortController();
  const started = Promise.withResolvers<ConnectionHandlers | null>();
  let handlers: ConnectionHandlers | null = null;
  let stream: Stream | null = null;
  let stopReceiver = (): void => {};

  const sender = createSender({
    onDrain: () => guarded('onDrain', () => handlers?.onDrain()),
    onOverflow: () => abort('send queue overflow'),
  });
  const caller = createCaller(libp2p, lifetime.signal);

  const guarded = (handler: string, run: () => void): void => {
    try {
      run();
    } catch (error) {
      log.error('link.handler_failed', { handler, error: describe(error) });
    }
  };

  const end = (reason: string): void => {
    if (lifetime.signal.aborted) return;
    sender.stop();
    stopReceiver();
    lifetime.abort(new Error(reason));
    started.resolve(null);
    queueMicrotask(() => guarded('onClose', () => handlers?.onClose(reason)));
  };

  const abort = (reason: string): void => {
    end(reason);
    libp2p.abort(new Error(reason));
  };

  const close = (reason: string): void => {
    if (lifetime.signal.aborted) return;
    sender.flush();
    end(reason);
    libp2p.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }).catch(() => libp2p.abort(new Error(reason)));
  };

  libp2p.addEventListener('close', (event) => end(endReason(event)));
  const late = setTimeout(() => stream ?? abort('no stream of frames in time'), STREAM_TIMEOUT_MS);
  lifetime.signal.addEventListener('abort', () => clearTimeout(late));

  const connection: Connection = {
    remoteKey,
    inbound: libp2p.direction === 'inbound',
    remoteAddress: libp2p.remoteAddr.toString().replace(/\/p2p\/\w+$/, ''),
    send: (frame) => {
      assert(frame.length <= LIMITS.frameBytes, 'a frame is within LIMITS.frameBytes');
      return sender.send(frame);
    },
    call: caller.call,
    close,
  };

  return {
    connection,
    end,
    start: (chosen) => {
      handlers = chosen;
      started.resolve(chosen);
      if (lifetime.signal.aborted)
        queueMicrotask(() => guarded('onClose', () => chosen.onClose('ended before it began')));
    },
    attach: (opened) => {
      if (stream !== null) {
        abort('a second stream of frames');
        return;
      }
      stream = opened;
      sender.attach(opened);
      opened.addEventListener('close', (event) => abort(endReason(event)));
      opened.addEventListener('remoteCloseWrite', () => abort('closed by the other side'));
      void started.promise.then((chosen) => {
        if (chosen === null) return;
        stopReceiver = startReceiver(opened, {
          onFrame: chosen.onFrame,
          onBroken: abort,
          onFault: (error) => {
            log.error('link.handler_failed', { handler: 'onFrame', error: describe(error) });
            abort('handler failed');
          },
        });
      });
    },
    serve: async (opened) => {
      const chosen = await started.promise;
      if (chosen === null) return opened.abort(new Error('connection ended'));
      await serveCall(opened, chosen.onCall).catch((error) =>
        log.debug('link.call_failed', { error: describe(error) }),
      );
    },
  };
}

function endReason(event: { error?: Error | undefined }): string {
  return event.error?.message ?? 'closed by the other side';
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
