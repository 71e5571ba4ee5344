/** What an opened message is to the index: words that were said, or an edit of them. */
import type { Content } from '../content.ts';
import type { Known } from '../desk.ts';
import type { Indexed } from '../ports.ts';

/** Null: nothing in it can be searched for. Only its author edits a message. */
export function indexedFrom({ entry, entryId }: Known, content: Content): Indexed | null {
  if (entryId === null || entry.void !== null) return null;
  const { chat, log, seq, org, account, hlc } = entry;
  const place = { chat, log, seq, org, account, hlc };
  if (content.is === 'text') {
    return { ...place, entry: entryId, isEdit: false, text: content.text, names: namesIn(content) };
  }
  if (content.is !== 'aside' || content.said.type !== 'edit') return null;
  const { target, text } = content.said;
  if (target.org !== org || target.account !== account) return null;
  return { ...place, entry: target.entry, isEdit: true, text, names: [] };
}

function namesIn(content: object): string[] {
  const { files = [] } = content as { readonly files?: readonly { readonly name: string }[] };
  // A name is one line of the index.
  return files.map(({ name }) => name.replace(/\s+/g, ' '));
}
