/**
 * The beginnings of chats that are not here yet: a control log can be longer than a frame, and whether it is any of our
 * business only the act says that brings in somebody of ours. Until then it lies here, in memory and bounded per peer; what
 * falls out is sent again from its genesis. Always holds: nothing of a chat that is none of our business is checked or stored.
 */
import type { ReadAct } from '../../protocol/chat/act.ts';
import { decodeGenesis } from '../../protocol/chat/genesis.ts';
import type { ChatId, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Refused } from '../../protocol/result.ts';
import type { FrameOf } from '../../protocol/sync/frames.ts';

export interface Beginning {
  readonly genesis: Uint8Array;
  readonly founderSignature: Uint8Array;
  readonly acts: readonly ReadAct[];
  readonly looks: readonly Uint8Array[];
}

export interface Beginnings {
  /** What has come of the chat with this frame, once somebody of ours is in it; null: it waits. Refuses `not_found`, `too_big`. */
  gather(from: OrgId, frame: FrameOf<'control'>, acts: readonly ReadAct[]): Beginning | null;
}

interface Waiting extends Beginning {
  readonly bytes: number;
}

/** Record chains are verified when the beginning is taken up, all in one go: as many as there can be organisations. */
const CHAIN_BYTES = LIMITS.organisationsPerChat * LIMITS.chainBytes;

export function createBeginnings(self: { readonly orgId: OrgId }): Beginnings {
  const byPeer = new Map<OrgId, Map<ChatId, Waiting>>();

  function gather(from: OrgId, frame: FrameOf<'control'>, acts: readonly ReadAct[]): Beginning | null {
    const mine = byPeer.get(from) ?? new Map<ChatId, Waiting>();
    const before = frame.genesis.length > 0 ? undefined : mine.get(frame.chatId);
    if (!before && frame.genesis.length === 0) throw new Refused('not_found');
    mine.delete(frame.chatId);
    const { genesis, founderSignature } = before ?? frame;
    const bytes = (before?.bytes ?? genesis.length) + sizeOf(frame);
    if (bytes > LIMITS.heldBytesPerPeer) throw new Refused('too_big', 'beginning of a chat');
    const whole = {
      genesis,
      founderSignature,
      acts: [...(before?.acts ?? []), ...acts],
      looks: [...(before?.looks ?? []), ...frame.looks],
      bytes,
    };
    if (chainBytesOf(whole.acts) > CHAIN_BYTES) throw new Refused('too_big', 'record chains');
    if (isOurs(genesis) || acts.some(invitesUs)) return whole;
    mine.set(frame.chatId, whole);
    byPeer.set(from, mine);
    keepBounded(mine);
    return null;
  }

  /** A direct chat says in its genesis whose it is; so does one that was founded here, before a backup was restored. */
  function isOurs(genesisBytes: Uint8Array): boolean {
    const genesis = decodeGenesis(genesisBytes);
    return !genesis.ok || genesis.value.is !== 'private' || genesis.value.org === self.orgId;
  }

  function invitesUs({ request }: ReadAct): boolean {
    return request?.intents.some((intent) => intent.is === 'invite' && intent.org === self.orgId) ?? false;
  }

  return { gather };
}

/** Oldest first out. */
function keepBounded(mine: Map<ChatId, Waiting>): void {
  let total = [...mine.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [chatId, { bytes }] of mine) {
    if (total <= LIMITS.heldBytesPerPeer) return;
    mine.delete(chatId);
    total -= bytes;
  }
}

function chainBytesOf(acts: readonly ReadAct[]): number {
  const intents = acts.flatMap(({ request }) => request?.intents ?? []);
  return intents.reduce((sum, intent) => sum + (intent.is === 'invite' ? intent.orgChain.length : 0), 0);
}

function sizeOf({ acts, looks }: FrameOf<'control'>): number {
  const ofActs = acts.reduce((sum, { bytes }) => sum + bytes.length + 128, 0);
  return ofActs + looks.reduce((sum, { length }) => sum + length, 0);
}
