/** The colour of a new private chat: the one that the list has least of, so that neighbours differ. */
import type { ChatView, Colour } from '../../client/model.ts';
import { PALETTE } from '../parts/colour.ts';

export function freshColour(chats: readonly ChatView[]): Colour {
  const used = (colour: Colour) => chats.filter((chat) => chat.kind === 'private' && chat.colour === colour).length;
  const least = Math.min(...PALETTE.map(used));
  return PALETTE.find((colour) => used(colour) === least) ?? 'amber';
}
