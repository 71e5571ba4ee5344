/** What one seeded run is about: the nodes, the people, their chats, and the book of what was promised to them. */
import type { ChatId, EntryId, LogId, OrgId } from '../../protocol/ids.ts';
import type { WorldNode } from '../world/node.ts';
import type { Rng } from '../world/rng.ts';
import type { Talker } from '../world/talk.ts';
import type { World } from '../world/world.ts';

export interface Actor extends Talker {
  readonly name: string;
  readonly org: OrgId;
  /** A client that is away most of the time: where it is in the arrival order, and how often each entry came to it. */
  readonly reader: { cursor: number; readonly seen: Map<string, number> };
}

/** A message that was acknowledged. */
export interface Said {
  readonly actor: Actor;
  readonly chat: ChatId;
  readonly text: string;
  readonly entryId: EntryId;
  readonly log: LogId;
  readonly seq: number;
}

/** A message of which its author does not know what became of it. */
export interface Unsure {
  readonly actor: Actor;
  readonly chat: ChatId;
  readonly text: string;
  readonly entryId: EntryId;
}

export interface Stage {
  readonly world: World;
  readonly rng: Rng;
  readonly nodes: readonly WorldNode[];
  readonly actors: readonly Actor[];
  readonly chats: ChatId[];
  readonly said: Said[];
  readonly unsure: Unsure[];
  /** Logs and numbers of messages whose erasure was acknowledged. */
  readonly erased: { readonly chat: ChatId; readonly log: LogId; readonly seq: number }[];
  /** How often what was done, and with which answer. */
  readonly counts: Map<string, number>;
  /** Nodes that were put back to an earlier state, or have a double: nothing is promised of their chats. */
  readonly tainted: Set<WorldNode>;
  /** Chats in which such a node finds itself alone: nobody it knows of could tell it that it went back (not built yet). */
  readonly untold: Set<ChatId>;
  readonly disabled: Set<Actor>;
  /** Frames get lost within connections that live on: what only a new session says again is not promised. */
  readonly losesFrames: boolean;
}

export function count({ counts }: Stage, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** What a node answers; null if it died before it did. */
export async function unlessDead<T>(node: WorldNode, work: () => Promise<T>): Promise<T | null> {
  if (!node.isUp()) return null;
  return Promise.race([node.died.then(() => null), work()]);
}
