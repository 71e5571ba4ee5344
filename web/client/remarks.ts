/**
 * What was said of the messages of a chat, by the message it was said of: from the entries that are here, and from what waits in the
 * outbox. A remark may be here before the message, or without it: then it waits for it.
 */
import type { Entry } from '../../protocol/api/shapes.ts';
import { memberKey } from '../../protocol/chat/state.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import { type Chat, type Desk, isMe, type Known } from './desk.ts';
import { contentOf } from './entries.ts';
import type { Remark } from './folding.ts';
import type { Queued } from './outbox.ts';
import type { Aside, Target } from './said.ts';

export function targetKey({ org, account, entry }: Target): string {
  return `${org}/${account}/${entry}`;
}

/** An own remark that is not (yet) what everybody sees. */
export type Stray = { readonly queued: Queued } | { readonly known: Known; readonly said: Aside };

/** What belongs to one message. */
export interface Remarks {
  readonly remarks: readonly Remark[];
  readonly strays: readonly Stray[];
  /** Entries of its remarks, the erased ones too as far as they were read before. */
  readonly entries: readonly Entry[];
  /** Changes with everything here. */
  readonly stamp: string;
}

export const NO_REMARKS: Remarks = { remarks: [], strays: [], entries: [], stamp: '' };

interface Gathering {
  remarks: Remark[];
  strays: Stray[];
  entries: Entry[];
  stamp: string;
}

export function gatherRemarks(desk: Desk, chat: Chat, queued: readonly Queued[]): ReadonlyMap<string, Remarks> {
  const all = new Map<string, Gathering>();
  const of = (target: Target) => {
    const key = targetKey(target);
    const found = all.get(key) ?? { remarks: [], strays: [], entries: [], stamp: '' };
    all.set(key, found);
    return found;
  };
  for (const known of chat.entries?.values() ?? []) {
    const { entry } = known;
    const content = entry.kind === 'message' && entry.body !== null ? contentOf(chat, entry) : null;
    if (content?.is !== 'aside') continue;
    const into = of(content.said.target);
    into.entries.push(entry);
    into.stamp += `${entry.log.slice(-4)}${entry.seq}${entry.void ?? ''} `;
    const mentions = content.alert?.mentions ?? [];
    if (entry.void === null) into.remarks.push({ ...remarkBy(known), said: content.said, mentions });
    else if (isMe(desk.me, entry.org, entry.account)) into.strays.push({ known, said: content.said });
  }
  for (const one of queued) addQueued(desk, one, of);
  return all;
}

function addQueued(desk: Desk, queued: Queued, of: (target: Target) => Gathering): void {
  const { said, order, at, mentions, refusal, entryId } = queued;
  if (said.type === 'text') return;
  const into = of(said.target);
  const { org, account } = desk.me;
  into.strays.push({ queued });
  into.stamp += `${entryId}${refusal?.code ?? ''} `;
  if (refusal !== null) return;
  const by = memberKey(org, account);
  into.remarks.push({ hlc: order, org, seq: 0, by, at, queued: true, said, mentions, entryId });
}

function remarkBy({ entry: { hlc, org, seq, account }, entryId }: Known): Omit<Remark, 'said' | 'mentions'> {
  return { hlc, org, seq, by: memberKey(org, account), at: hlcMs(hlc), queued: false, entryId };
}
