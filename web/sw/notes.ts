/**
 * Notes of the node for a browser in which no page may be open (server/notify): each is shown, under its chat's name for the system, so
 * that a newer one takes the place of an older. Always holds: a note that is not understood is shown as something new, never dropped:
 * browsers take the right to be told from who is silent.
 */
import type { Note } from './note.ts';
import { scope } from './scope.ts';

export async function showNote({ chat, count }: Note): Promise<void> {
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (pages.some(({ focused }) => focused)) return;
  const options = { tag: chat ?? 'new', renotify: true, icon: '/icon-192.png', badge: '/badge-96.png', data: { chat } };
  await scope.registration.showNotification(count === 1 ? 'New message' : `${count} new messages`, options);
}

/** Somebody pressed it: to the chat, in a page that is open or a new one. */
export async function openNoted(chat: string | null): Promise<void> {
  const place = chat === null ? '/#/' : `/#/chat/${chat}`;
  const [page] = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (!page) return void (await scope.clients.openWindow(place));
  page.postMessage({ t: 'go', place });
  await page.focus();
}
