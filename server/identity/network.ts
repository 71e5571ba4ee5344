/**
 * Network access (PRODUCT P6, PROTOCOL 1.12): whom this node exchanges anything with. Always holds: off means off; who is blocked stays
 * out in every mode; `onChange` speaks after the change is on disk, and whoever holds a connection asks `mayExchange` again.
 */
import type { OrgId } from '../../protocol/ids.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Directory, NetworkMode } from '../db/schema/identity.ts';
import { createListeners } from './listeners.ts';
import type { Peers } from './peers.ts';

export interface NetworkSettings {
  readonly mode: NetworkMode;
  /** For partners without a setting of their own. */
  readonly directory: Directory;
}

export interface Network {
  settings(): NetworkSettings;
  set(change: Partial<NetworkSettings>): Promise<void>;
  /** Refuses `network_off`, `network_not_allowed`. */
  mayExchange(orgId: OrgId): Result<void>;
  /** What that organisation may learn of who works here. */
  directoryFor(orgId: OrgId): Directory;
  /** The mode, the directory, or the state of a peer has changed. */
  onChange(listener: () => void): () => void;
}

export function createNetwork({ db, peers }: { db: Database; peers: Peers }): Network {
  const listeners = createListeners<void>();
  const query = sql.selectFrom('network').select(['mode', 'directory']);
  let settings = db.read.one(query) as NetworkSettings;
  peers.onChange(() => listeners.tell());

  return {
    settings: () => settings,
    async set(change) {
      await db.write((tx) => {
        if (Object.keys(change).length > 0) tx.run(sql.updateTable('network').set(change));
        const changed = tx.one(query) as NetworkSettings;
        tx.afterCommit(() => {
          settings = changed;
          listeners.tell();
        });
      });
    },
    mayExchange(orgId) {
      if (settings.mode === 'off') return refuse('network_off');
      const state = peers.stateOf(orgId);
      if (state === 'blocked') return refuse('network_not_allowed', 'blocked');
      if (state === 'approved' || settings.mode === 'open') return ok(undefined);
      return refuse('network_not_allowed', 'not approved');
    },
    directoryFor: (orgId) => peers.get(orgId)?.directory ?? settings.directory,
    onChange: listeners.add,
  };
}
