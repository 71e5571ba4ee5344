/** What a command may do with a node that does not run; stopped.ts puts it together. */
import type { Organisation } from '../../protocol/identity/organisation.ts';
import type { Config } from '../config/config.ts';
import type { NetworkSettings } from '../identity/network.ts';
import type { OwnOrganisation } from '../identity/organisation.ts';
import type { Peer } from '../identity/peer.ts';

/** Makes what is missing and holds the lock of the data folder. Refuses (throws) `in_use`, `newer_data`. */
export type OpenStopped = (config: Config) => Promise<{ organisation: OwnOrganisation; close(): Promise<void> }>;

/** undefined: nothing is there yet, or what is there belongs to another version. Takes no lock and changes nothing. */
export type LookAtStopped = (config: Config) => Promise<Stopped | undefined>;

/** As it lies on the disk. */
export interface Stopped {
  readonly organisation: Organisation;
  readonly network: NetworkSettings;
  readonly peers: readonly Peer[];
  readonly isPhraseConfirmed: boolean;
}
