/** Ends a libp2p connection at once. The library's own `abort` throws, half done, when the transport went first. */
import type { Connection } from '@libp2p/interface';

export function resetConnection(connection: Connection, reason: string): void {
  const error = new Error(reason);
  try {
    connection.abort(error);
  } catch {
    // Its muxer is closed by now, so that the second time it gets as far as the socket.
    connection.abort(error);
  }
}
