/**
 * What others and oneself have said of a message, folded into what is shown of it (SEAL 5.3): its newest text, reactions, whether it
 * is pinned. Pure. Always holds: the outcome depends on the set of remarks alone, however they came and however often; whoever may
 * not change something changes nothing.
 */
import type { MemberKey } from '../../protocol/chat/state.ts';
import type { EntryId } from '../../protocol/ids.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import { comparePlaces, type Place } from './order.ts';
import type { Aside } from './said.ts';

/** One thing said of a message. It counts, and its body is here. */
export interface Remark extends Place {
  readonly by: MemberKey;
  /** Several entries with the same one by the same person are one. */
  readonly entryId: EntryId | null;
  readonly said: Aside;
  /** Of an edit: whom its text names. */
  readonly mentions: readonly MemberRef[];
  /** Milliseconds: when it was said. */
  readonly at: number;
  /** It waits in the outbox: after everything that the node has. */
  readonly queued: boolean;
}

export interface Version {
  readonly text: string;
  readonly at: number;
}

export interface Folded {
  /** The newest text; null: as it was written first. */
  readonly edit: (Version & { readonly mentions: readonly MemberRef[] }) | null;
  /** Texts between the first and the newest, oldest first. */
  readonly between: readonly Version[];
  readonly reactions: readonly { readonly emoji: string; readonly people: readonly MemberKey[] }[];
  readonly pinned: { readonly by: MemberKey; readonly at: number } | null;
}

/** Different emoji of one person on one message, the first in display order. */
export const REACTIONS_EACH = 20;
/** What is kept to be looked at of a text that was changed again and again. */
export const KEPT_VERSIONS = 20;

export const UNTOUCHED: Folded = { edit: null, between: [], reactions: [], pinned: null };

export function fold(author: MemberKey, remarks: readonly Remark[]): Folded {
  if (remarks.length === 0) return UNTOUCHED;
  const sorted = once([...remarks].sort(compareRemarks));
  const edits = sorted.filter((one) => one.said.type === 'edit' && one.by === author).map(versionOf);
  const versions = edits.filter(({ text }, index) => text !== edits[index - 1]?.text);
  return {
    edit: versions.at(-1) ?? null,
    between: versions.slice(-KEPT_VERSIONS, -1).map(({ text, at }) => ({ text, at })),
    reactions: reactionsOf(sorted),
    pinned: pinOf(sorted),
  };
}

function compareRemarks(a: Remark, b: Remark): number {
  return Number(a.queued) - Number(b.queued) || comparePlaces(a, b);
}

function once(sorted: readonly Remark[]): Remark[] {
  const seen = new Set<string>();
  return sorted.filter(({ by, entryId, org, hlc, seq }) => {
    const key = entryId === null ? `${hlc} ${org} ${seq}` : `${by} ${entryId}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function versionOf({ said, at, mentions }: Remark): Version & { readonly mentions: readonly MemberRef[] } {
  return { text: said.type === 'edit' ? said.text : '', at, mentions };
}

function pinOf(sorted: readonly Remark[]): Folded['pinned'] {
  const last = sorted.findLast(({ said }) => said.type === 'pin');
  return last?.said.type === 'pin' && last.said.on ? { by: last.by, at: last.at } : null;
}

/** Of each person and emoji the last word counts; an emoji stands where the first who still says so put it. */
function reactionsOf(sorted: readonly Remark[]): Folded['reactions'] {
  const last = new Map<string, Remark & { said: { emoji: string; on: boolean } }>();
  for (const one of sorted) {
    if (one.said.type !== 'react') continue;
    const key = `${one.by} ${one.said.emoji}`;
    // Said again changes nothing, and moves nothing.
    if (last.get(key)?.said.on !== one.said.on) last.set(key, one as never);
  }
  const given = [...last.values()].filter(({ said }) => said.on).sort(compareRemarks);
  const each = new Map<MemberKey, number>();
  const people = new Map<string, MemberKey[]>();
  for (const { by, said } of given) {
    const count = each.get(by) ?? 0;
    if (count >= REACTIONS_EACH) continue;
    each.set(by, count + 1);
    people.set(said.emoji, [...(people.get(said.emoji) ?? []), by]);
  }
  return [...people].map(([emoji, who]) => ({ emoji, people: who }));
}
