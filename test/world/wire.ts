/** What the parts of a simulated link hand each other. */
import type { Events } from './events.ts';
import type { Faults } from './faults.ts';
import type { Rng } from './rng.ts';

/** One life of a node: a crash ends it, a restart makes another. */
export interface Life {
  readonly name: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** A forging peer: its frames are not checked before they leave. */
  readonly isHostile: boolean;
}

export interface Wire {
  readonly events: Events;
  readonly faults: Faults;
  readonly rng: Rng;
  /** Told of every frame that a node hands to its link. */
  readonly taps: Set<Tap>;
}

export type Tap = (from: string, to: string, frame: Uint8Array) => void;

export interface Message {
  /** For the trace. */
  readonly label: string;
  readonly bytes?: Uint8Array;
  /** Runs at the other side. */
  arrive(): void | Promise<void>;
}

/** How long a side takes to find out that the other is gone, when nothing says so. */
export const GONE_MS = [30_000, 50_000] as const;
/** And when something does. */
export const BROKEN_MS = [0, 200] as const;
