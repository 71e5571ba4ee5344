// A link whose wire to one other node can be cut: for the demo and its checks. What is cut loses its connection and gets no
// new one, in either direction, until it is healed.
import { Fault } from '../../protocol/result.ts';
import type { Connection, Link } from '../../server/ports.ts';

export interface CuttableLink extends Link {
  cut(remoteKey: Uint8Array): void;
  heal(remoteKey: Uint8Array): void;
}

export function createCuttableLink(link: Link): CuttableLink {
  const cut = new Set<string>();
  const open = new Set<Connection>();
  const name = (key: Uint8Array) => Buffer.from(key).toString('hex');

  return {
    ...link,
    listen: (accept) =>
      link.listen((connection) => {
        if (cut.has(name(connection.remoteKey))) return null;
        open.add(connection);
        return accept(connection);
      }),
    dial(remoteKey, addresses, handlers) {
      if (cut.has(name(remoteKey))) return Promise.reject(new Fault('the wire is cut'));
      return link.dial(remoteKey, addresses, (connection) => {
        open.add(connection);
        return handlers(connection);
      });
    },
    cut(remoteKey) {
      cut.add(name(remoteKey));
      for (const connection of open) {
        if (name(connection.remoteKey) !== name(remoteKey)) continue;
        open.delete(connection);
        connection.close('the wire is cut');
      }
    },
    heal(remoteKey) {
      cut.delete(name(remoteKey));
    },
  };
}
