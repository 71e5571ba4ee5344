/**
 * The keys of one sealed chat in memory (SEAL 4): what its wraps brought, what derives from it, and what is missed. Always holds: a
 * wrap that was opened is not opened again along the same control log; one for acts that are not here yet is kept for them.
 */
import type { Wrap } from '../../protocol/api/shapes.ts';
import { decodeLook } from '../../protocol/chat/look.ts';
import type { ChatState } from '../../protocol/chat/state.ts';
import type { Cpos } from '../../protocol/ids.ts';
import { createEpochs, type SealedEpochs } from '../../protocol/seal/epochs.ts';
import { fromBase64 } from './base64.ts';
import type { Keys } from './key-material.ts';

/** The keys of one chat, as far as they are here. */
export interface ChatSeal extends Keys {
  /** The state that they were derived along; another one makes other keys. */
  readonly state: ChatState;
  readonly epochs: SealedEpochs;
  lookKeyAt(p: Cpos): Uint8Array | null;
  /** E at the head is not here, or a position that was asked for is not. */
  isLacking(): boolean;
  /** Did a wrap come that does not fit? */
  readonly hasBadWrap: boolean;
  /** Counts what opens more than before. */
  readonly version: number;
}

export class Seal implements ChatSeal {
  readonly state: ChatState;
  readonly epochs: SealedEpochs;
  readonly hasDirect: boolean;
  /** By position of the act that brought them; those that were not opened yet. */
  readonly untried = new Map<Cpos, Wrap>();
  readonly tried = new Set<Cpos>();
  /** Those that brought something for acts that are not here yet, with the head that was here then. */
  readonly parked = new Map<Cpos, Cpos>();
  readonly lookKeys = new Map<Cpos, Uint8Array>();
  readonly missed = new Set<Cpos>();
  fetchedIn = 0;
  hasBadWrap = false;
  version = 1;
  #look: string | null = null;
  #lookPosition: Cpos | null = null;
  readonly #lookBytes: () => string | null;

  /** `direct`: E(0) of a direct chat. `look`: bytes of the look in force. */
  constructor(state: ChatState, direct: Uint8Array | null, look: () => string | null) {
    this.#lookBytes = look;
    this.state = state;
    this.hasDirect = direct !== null;
    this.epochs = createEpochs(state.chatId, () => state.segments, direct);
  }

  secretAt(p: Cpos): Uint8Array | null {
    return this.epochs.secretAt(p);
  }

  lookKeyAt(p: Cpos): Uint8Array | null {
    const derived = this.epochs.lookKeyAt(p);
    return derived.ok ? derived.value : (this.lookKeys.get(p) ?? null);
  }

  get lookKey(): Keys['lookKey'] {
    const look = this.#lookBytes();
    if (look !== this.#look) {
      const read = look === null ? null : decodeLook(fromBase64(look));
      this.#look = look;
      this.#lookPosition = read?.ok ? read.value.cpos : null;
    }
    const cpos = this.#lookPosition;
    const key = cpos === null ? null : this.lookKeyAt(cpos);
    return cpos === null || !key ? null : { cpos, key };
  }

  /** Of the wraps that can be tried now: the nearest at or before `p`, else the first after it. */
  nextFor(p: Cpos): Cpos | null {
    const { cpos: head } = this.state.head;
    const usable = [...this.untried.keys()].filter((cpos) => cpos <= head && this.parked.get(cpos) !== head);
    const before = usable.filter((cpos) => cpos <= p);
    if (before.length > 0) return Math.max(...before);
    return usable.length > 0 ? Math.min(...usable) : null;
  }

  isLacking(): boolean {
    for (const p of this.missed) if (this.secretAt(p)) this.missed.delete(p);
    return this.missed.size > 0;
  }
}
