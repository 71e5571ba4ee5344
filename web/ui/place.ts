/**
 * Where in the window one is, kept in the fragment of the address, so that the back gesture, reloading and links work.
 * A link's token stands there too: fragments are never sent to a server.
 */
import { useSyncExternalStore } from 'react';
import type { ChatId } from '../../protocol/ids.ts';

export const SECTIONS = ['accounts', 'network', 'partners', 'status'] as const;
export type Section = (typeof SECTIONS)[number];

export type Place =
  | { readonly is: 'chats' }
  | { readonly is: 'chat'; readonly chat: ChatId; readonly details: boolean }
  | { readonly is: 'settings' }
  | { readonly is: 'security' }
  | { readonly is: 'phrase' }
  | { readonly is: 'administration'; readonly section: Section }
  | { readonly is: 'join'; readonly token: string };

export function parsePlace(fragment: string): Place {
  const [first, second, third] = fragment.replace(/^#\/?/, '').split('/');
  if (first === 'chat' && second !== undefined)
    return { is: 'chat', chat: second as ChatId, details: third === 'details' };
  if (first === 'settings' || first === 'security' || first === 'phrase') return { is: first };
  if (first === 'administration') {
    return { is: 'administration', section: SECTIONS.find((section) => section === second) ?? 'accounts' };
  }
  if (first === 'join' && second !== undefined) return { is: 'join', token: second };
  return { is: 'chats' };
}

export function placeLink(place: Place): string {
  if (place.is === 'chat') return `#/chat/${place.chat}${place.details ? '/details' : ''}`;
  if (place.is === 'administration') return `#/administration/${place.section}`;
  if (place.is === 'join') return `#/join/${place.token}`;
  return place.is === 'chats' ? '#/' : `#/${place.is}`;
}

/** How many steps back stay inside this window: each entry of the history remembers its own number. */
let depth = 0;

function rememberDepth(): void {
  const state = history.state as { depth?: number } | null;
  if (state?.depth !== undefined) depth = state.depth;
  else history.replaceState({ depth: ++depth }, '');
}

export function goTo(place: Place): void {
  if (location.hash !== placeLink(place)) location.hash = placeLink(place);
}

/** Without a step in the history: a used link is not found there again. */
export function replacePlace(place: Place): void {
  history.replaceState({ depth }, '', placeLink(place));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

/** One step back; to `otherwise` where there is none of ours. */
export function goBack(otherwise: Place): void {
  if (depth > 0) history.back();
  else replacePlace(otherwise);
}

function watchPlace(changed: () => void): () => void {
  const moved = () => {
    rememberDepth();
    changed();
  };
  window.addEventListener('hashchange', moved);
  return () => window.removeEventListener('hashchange', moved);
}

export function usePlace(): Place {
  return parsePlace(useSyncExternalStore(watchPlace, () => location.hash));
}
