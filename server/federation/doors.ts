/**
 * Who has come in and not yet said who it is (PROTOCOL 7). Always holds: strangers take a bounded number of connections and a
 * bounded share of the processor, whoever they say that they are; partners, whose key the transport has proven, wait for none.
 */
import { createBuckets } from '../accounts/buckets.ts';
import type { Clock, Connection } from '../ports.ts';

export interface Doors {
  /** A connection has come in. Null: too many from there wait already. The function: it waits no more. */
  enter(connection: Connection): (() => void) | null;
  /** May the chain of this stranger be verified now? The worst takes some 60 ms. */
  mayVerify(connection: Connection): boolean;
}

interface Uses {
  readonly clock: Clock;
  /** Is it the operational key of a partner? */
  readonly isPartner: (key: Uint8Array) => boolean;
}

/** Many organisations can lie behind one address. */
const WAITING_PER_HOST = 16;
const WAITING = 256;

export function createDoors({ clock, isPartner }: Uses): Doors {
  const waiting = new Map<Connection, string>();
  const perHost = createBuckets({ clock, capacity: 20, refillMs: 2_000 });
  const all = createBuckets({ clock, capacity: 50, refillMs: 200 });

  return {
    enter(connection) {
      if (isPartner(connection.remoteKey)) return () => {};
      const host = hostOf(connection.remoteAddress);
      const fromThere = [...waiting.values()].filter((each) => each === host).length;
      if (fromThere >= WAITING_PER_HOST) return null;
      // An honest one is through within a second: the one that has waited longest goes.
      const [oldest] = waiting.keys();
      if (oldest && waiting.size >= WAITING) {
        waiting.delete(oldest);
        oldest.close('too many at the door');
      }
      waiting.set(connection, host);
      return () => void waiting.delete(connection);
    },
    mayVerify(connection) {
      if (isPartner(connection.remoteKey)) return true;
      return perHost.take(hostOf(connection.remoteAddress)) === 0 && all.take('all') === 0;
    },
  };
}

/** The host of a multiaddr; of IPv6 the half that a subscriber is given. */
export function hostOf(address: string): string {
  const [, kind = '', host = ''] = address.split('/');
  if (kind !== 'ip6') return `${kind}/${host}`;
  const [head = '', tail] = host.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return `ip6/${[...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, 4).join(':')}`;
}
