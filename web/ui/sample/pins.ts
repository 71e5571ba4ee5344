/** Quotes of sample messages, and the list of pins made of them. */
import type { ItemView, MessageView, PinView } from '../../client/model.ts';
import { me } from './people.ts';

export function quoteOf({ entryId, author, hlc, text, instead }: MessageView) {
  return { target: { entry: entryId, org: author.org, account: author.account }, hlc, author, text, instead };
}

export function pinsOf(items: readonly ItemView[]): PinView[] {
  const pinned = items.filter((item) => item.is === 'message' && item.pinnedBy !== null) as MessageView[];
  return pinned.map((one) => ({ ...quoteOf(one), by: one.pinnedBy ?? me, at: one.at })).reverse();
}
