/**
 * The service worker: opens the client without the node (shell.ts), and whatever else must work with no page open. Always holds: a new
 * build takes over when a page says so, or when none of the one before is open: never under somebody's hands.
 */
import { answerOf } from './answering.ts';
import { readNote } from './note.ts';
import { openNoted, showNote } from './notes.ts';
import { scope } from './scope.ts';
import { dropOtherShells, fillShell } from './shell.ts';

scope.addEventListener('install', (event) => event.waitUntil(fillShell()));
scope.addEventListener('activate', (event) => event.waitUntil(begin()));
scope.addEventListener('fetch', (event) => {
  const answer = answerOf(event.request);
  if (answer) event.respondWith(answer);
});
scope.addEventListener('message', (event) => {
  const said = event.data as { readonly t?: unknown } | null;
  if (said?.t === 'take-over') event.waitUntil(scope.skipWaiting());
});
scope.addEventListener('push', (event) => event.waitUntil(showNote(readNote(event.data?.text() ?? ''))));
scope.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openNoted((event.notification.data as { chat: string | null } | null)?.chat ?? null));
});

/** The pages of an earlier build come along by themselves; those that were opened before there was any are fetched. */
async function begin(): Promise<void> {
  if (!(await dropOtherShells())) await scope.clients.claim();
}
