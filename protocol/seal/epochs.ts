/**
 * The keys of one chat, derived by position (SEAL 4.2, 4.3, 4.8). What a device holds is pure data: a few secrets that wraps
 * brought, and the chat's segments. Always holds: nothing is derived backwards; a secret of a segment begun by rekey fits its
 * commitment; any other is dropped as soon as what derives from it does not fit one. What comes from a rekey (or the two
 * sides of a direct chat) stands above all that was merely handed over: a wrong commitment beside an invite does not shake it.
 * Of two that were merely handed over the later stands, whatever was tried first, so that a wrong one can be repaired.
 */
import { equalBytes } from '../bytes.ts';
import type { Segment } from '../chat/segment.ts';
import type { ChatId, Cpos, Hash } from '../ids.ts';
import { ok, type Result, refuse } from '../result.ts';
import { commitOf, derive } from './derive.ts';

/** `[at, E(at)]`: the secret (32 bytes) of the segment that begins at `at`. */
export interface KnownSecret {
  readonly at: Cpos;
  readonly secret: Uint8Array;
}

/** All that composing and opening ask of the keys of a chat. Each refuses `no_key`. */
export interface EpochKeys {
  /** C(p), 32 bytes, with the hash of the act at `p` (the chat's id at 0). */
  contentAt(p: Cpos, actHash: Hash): Result<Uint8Array>;
  /** Key of a look that names `p` as its position. */
  lookKeyAt(p: Cpos): Result<Uint8Array>;
}

export interface SealedEpochs extends EpochKeys {
  /** E(p); null where this device has nothing to derive it from. */
  secretAt(p: Cpos): Uint8Array | null;
  /** Takes what the wrap said that came with the act at `brought` (no earlier than it is for). Refuses `bad_wrap`. */
  learn(known: KnownSecret, brought?: Cpos): Result<null>;
}

interface Held {
  readonly secret: Uint8Array;
  /** Position of the secret that was handed over and from which this one derives. */
  readonly root: Cpos;
  /** Position of the act that handed it over. */
  readonly brought: Cpos;
}

interface Judged {
  readonly taken: ReadonlyMap<Cpos, Held>;
  readonly wrong: ReadonlySet<Cpos>;
}

const follows = (segment: Segment) => segment.kind !== 'rekey' && segment.kind !== 'direct';

/** `segments`: those of the chat now; may only grow. `direct`: E(0) of a direct chat (direct.ts), which no wrap brings. */
export function createEpochs(
  chatId: ChatId,
  segments: () => readonly Segment[],
  direct: Uint8Array | null = null,
): SealedEpochs {
  const held = new Map<Cpos, Held>();
  const firm = new Set<Cpos>();
  let carried = 0;

  const fits = (segment: Segment, secret: Uint8Array) =>
    segment.commit === null || equalBytes(segment.commit, commitOf(secret, chatId, segment.at));

  function forget(root: Cpos): void {
    for (const [at, each] of held) if (each.root === root) held.delete(at);
  }

  /** Takes what is held on into the segments that have come since. */
  function carry(): readonly Segment[] {
    const all = segments();
    for (; carried < all.length; carried++) {
      const segment = all[carried] as Segment;
      if (segment.kind === 'direct' && direct) {
        held.set(segment.at, { secret: direct, root: segment.at, brought: segment.at });
        firm.add(segment.at);
      }
      const before = held.get(all[carried - 1]?.at ?? -1);
      if (!before || !follows(segment)) continue;
      const secret = derive(before.secret, 'next');
      if (firm.has(before.root) || fits(segment, secret)) held.set(segment.at, { ...before, secret });
      else forget(before.root);
    }
    return all;
  }

  /** The secrets from segment `index` up to the next rekey. */
  function* chain(all: readonly Segment[], index: number, first: Uint8Array): Generator<[Segment, Uint8Array]> {
    let secret = first;
    yield [all[index] as Segment, secret];
    for (let i = index + 1; i < all.length && follows(all[i] as Segment); i++) {
      secret = derive(secret, 'next');
      yield [all[i] as Segment, secret];
    }
  }

  /** What to hold from now on, with the roots that it shows to be wrong; or why it is not believed. */
  function judge(all: readonly Segment[], index: number, { secret: first, root, brought }: Held): Result<Judged> {
    const sure = all[index]?.kind === 'rekey';
    const taken = new Map<Cpos, Held>();
    const wrong = new Set<Cpos>();
    for (const [segment, secret] of chain(all, index, first)) {
      const other = held.get(segment.at);
      const isFirm = other !== undefined && firm.has(other.root);
      if (other && equalBytes(other.secret, secret)) {
        if (isFirm) break;
        taken.set(segment.at, {
          secret,
          root: Math.min(other.root, root),
          brought: Math.max(other.brought, brought),
        });
        continue;
      }
      if (isFirm || (other && !sure && other.brought >= brought)) return refuse('bad_wrap', 'another secret is held');
      if ((!sure || segment.at === root) && !fits(segment, secret)) return refuse('bad_wrap', 'commitment');
      if (other) wrong.add(other.root);
      taken.set(segment.at, { secret, root, brought });
    }
    return ok({ taken, wrong });
  }

  function learn({ at, secret }: KnownSecret, brought: Cpos = at): Result<null> {
    const all = carry();
    const index = indexAt(all, at);
    const segment = all[index];
    if (segment?.at !== at) return refuse('bad_wrap', 'no segment begins there');
    if (segment.kind === 'direct' || secret.length !== 32) return refuse('bad_wrap', 'form');
    if (segment.kind === 'rekey' && segment.commit === null) return refuse('bad_wrap', 'no commitment');
    const judged = judge(all, index, { secret, root: at, brought });
    if (!judged.ok) return judged;
    for (const root of judged.value.wrong) forget(root);
    for (const [position, each] of judged.value.taken) held.set(position, each);
    if (segment.kind === 'rekey') firm.add(at);
    return ok(null);
  }

  function secretAt(p: Cpos): Uint8Array | null {
    const all = carry();
    return held.get(all[indexAt(all, p)]?.at ?? -1)?.secret ?? null;
  }

  const keyAt = (p: Cpos, make: (secret: Uint8Array) => Uint8Array) => {
    const secret = secretAt(p);
    return secret ? ok(make(secret)) : refuse('no_key', `position ${p}`);
  };
  return {
    secretAt,
    learn,
    contentAt: (p, actHash) => keyAt(p, (secret) => derive(secret, 'content', actHash)),
    lookKeyAt: (p) => keyAt(p, (secret) => derive(secret, 'look')),
  };
}

/** Index of the segment that `p` lies in; -1 before the first. */
function indexAt(all: readonly Segment[], p: Cpos): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle] as Segment).at <= p) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
