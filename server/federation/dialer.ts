/**
 * Keeps connections to the peers that are wanted: partners that an administrator approved, and whoever shares a chat.
 * Retries are jittered and 60 s apart at most; any inbound contact flushes at once (PROTOCOL 5.4).
 */
import type { OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Peer } from '../identity/peer.ts';
import type { Clock, Connection, ConnectionHandlers, Link, Log, Random, Timer } from '../ports.ts';

export interface Dialer {
  /** Dials every wanted peer that is neither connected nor waiting for its next try; ends when the dials have. */
  check(): Promise<void>;
  /** Now, whatever the wait was. */
  dialNow(org: OrgId): Promise<void>;
  /** The last connection with the peer has ended. */
  onLost(org: OrgId): void;
  /** An exchange went well: the next failure waits little again. */
  onContact(org: OrgId): void;
  stop(): void;
}

interface Uses {
  readonly clock: Clock;
  readonly random: Random;
  readonly link: Link;
  readonly log: Log;
  /** Peers that should be connected, now. */
  readonly wanted: () => readonly Peer[];
  readonly isConnected: (org: OrgId) => boolean;
  readonly open: (connection: Connection, org: OrgId) => ConnectionHandlers;
}

interface Try {
  failures: number;
  /** When the last connection ended (ms); null: there was none since the start. */
  lostAtMs: number | null;
  isDialling: boolean;
  timer: Timer | null;
}

const FIRST_RETRY_MS = 500;
/** A cut wire or a restart is soon over: nobody should wait for a minute then. */
const SOON_MS = 10 * 60_000;
const SOON_RETRY_MS = 2_000;

export function createDialer(uses: Uses): Dialer {
  const { clock, random, link, log } = uses;
  const tries = new Map<OrgId, Try>();
  let isStopped = false;

  function tryOf(org: OrgId): Try {
    const known = tries.get(org) ?? { failures: 0, lostAtMs: null, isDialling: false, timer: null };
    tries.set(org, known);
    return known;
  }

  async function check(): Promise<void> {
    if (isStopped) return;
    const due = uses.wanted().filter(({ orgId }) => {
      const known = tryOf(orgId);
      return !known.timer && !known.isDialling && !uses.isConnected(orgId);
    });
    await Promise.all(due.map((peer) => dial(peer, tryOf(peer.orgId))));
  }

  async function dial(peer: Peer, known: Try): Promise<void> {
    if (peer.endpoints.length === 0 || peer.opKey.length !== 32) return;
    known.isDialling = true;
    try {
      await link.dial(peer.opKey, peer.endpoints, (connection) => uses.open(connection, peer.orgId));
    } catch (error) {
      log.debug('federation.dial_failed', { org: peer.orgId, error: String(error) });
    } finally {
      known.isDialling = false;
    }
    // Connected is whoever has said welcome; until then, and after a failure, another try is due.
    later(peer.orgId, known);
  }

  function later(org: OrgId, known: Try): void {
    if (isStopped || known.timer || uses.isConnected(org)) return;
    const isSoon = known.lostAtMs !== null && clock.now() - known.lostAtMs < SOON_MS;
    const most = Math.min(isSoon ? SOON_RETRY_MS : LIMITS.retryMaxMs, FIRST_RETRY_MS * 2 ** known.failures);
    const jitter = ((random.bytes(1)[0] ?? 0) + 1) / 256;
    known.failures = Math.min(known.failures + 1, 10);
    known.timer = clock.after(most / 2 + (most / 2) * jitter, () => {
      known.timer = null;
      return check();
    });
  }

  function dialNow(org: OrgId): Promise<void> {
    const known = tryOf(org);
    known.timer?.cancel();
    known.timer = null;
    return check();
  }

  return {
    check,
    dialNow,
    onLost(org) {
      const known = tryOf(org);
      known.lostAtMs = clock.now();
      later(org, known);
    },
    onContact(org) {
      const known = tryOf(org);
      known.failures = 0;
      known.timer?.cancel();
      known.timer = null;
    },
    stop() {
      isStopped = true;
      for (const known of tries.values()) known.timer?.cancel();
    },
  };
}
