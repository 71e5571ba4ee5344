/** The newest message of a chat in short, as it was changed last. What is said of other messages is no news of its own. */
import type { Entry } from '../../protocol/api/shapes.ts';
import { type Chat, isSealed, type Known, type Preview } from './desk.ts';
import { contentOf, isInWindow } from './entries.ts';
import { comparePlaces } from './order.ts';
import type { Target } from './said.ts';

const LENGTH = 160;

export function shortText(text: string): string {
  return text.slice(0, LENGTH);
}

/** Null: it is not a message that can be shown in short. */
export function previewOf(chat: Chat, { entry, entryId, quiet }: Known): Preview | null {
  const content = contentOf(chat, entry);
  if (entry.void !== null || entry.kind !== 'message' || entry.body === null) return null;
  const { hlc, org, seq, account } = entry;
  const place = { hlc, org, seq, account, entryId };
  if (content.is === 'text')
    return {
      ...place,
      ...(isSealed(chat) ? { text: '', sealed: entry } : { text: shortText(content.text), sealed: null }),
    };
  const canOpen = isSealed(chat) && !quiet && (content.is === 'closed' || content.is === 'key');
  return canOpen ? { ...place, text: '', sealed: entry } : null;
}

export function newestPreview(chat: Chat, entries: Iterable<Known>): Preview | null {
  let newest: Preview | null = null;
  for (const known of entries) {
    if (newest && comparePlaces(known.entry, newest) < 0) continue;
    newest = previewOf(chat, known) ?? newest;
  }
  return newest && withEdit(chat, newest);
}

/** The same object where no newer edit of it is here. */
export function withEdit(chat: Chat, preview: Preview): Preview {
  const { account, org, entryId } = preview;
  let newest: { readonly entry: Entry; readonly text: string } | null = null;
  for (const { entry } of chat.entries?.values() ?? []) {
    if (entry.account !== account || entry.org !== org || entry.void !== null || entry.body === null) continue;
    const content = entry.kind === 'message' ? contentOf(chat, entry) : null;
    if (content?.is !== 'aside' || content.said.type !== 'edit' || !isOf(content.said.target, preview)) continue;
    if (newest === null || comparePlaces(entry, newest.entry) > 0) newest = { entry, text: content.said.text };
  }
  if (newest === null || newest.entry === preview.edit || entryId === undefined) return preview;
  const text = isSealed(chat) ? '' : shortText(newest.text);
  return { ...preview, edit: newest.entry, text };
}

function isOf({ entry, org, account }: Target, preview: Preview): boolean {
  return entry === preview.entryId && org === preview.org && account === preview.account;
}

/** Those that may be edits of it and are not open: quiet ones of its author that came after it. */
export function closedEdits(chat: Chat, preview: Preview): Known[] {
  const isOne = ({ entry, quiet }: Known) =>
    quiet && entry.account === preview.account && isInWindow({ floor: preview, complete: false }, entry);
  return [...(chat.entries?.values() ?? [])].filter(isOne);
}
