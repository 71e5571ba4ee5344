/**
 * The messenger for a page. One tab, elected by a lock, runs the Worker that owns socket and store; all tabs, that one too, talk to it in
 * the same way. When it is closed the lock goes to another tab, which starts its own Worker; nothing is lost, because everything is
 * in the store before it is answered for.
 */
import type { Messenger } from '../model.ts';
import { createTabMessenger } from '../tab-messenger.ts';
import { browserChannel, LOCKS } from './browser/channel.ts';
import { trusted } from './browser/trusted.ts';
import workerUrl from './messenger.worker.ts?worker&url';
import { systemRandom } from './system.ts';

export function connectMessenger(): Messenger {
  const tab = crypto.randomUUID();
  const channel = browserChannel();
  hold(LOCKS.tab(tab), () => {});
  hold(LOCKS.owner, () => {
    new Worker(trusted(workerUrl), { type: 'module', name: 'messenger' });
  });
  const isVisible = () => document.visibilityState === 'visible';
  const wake = () => isVisible() && channel.post({ t: 'wake', tab });
  addEventListener('online', wake);
  addEventListener('offline', () => channel.post({ t: 'offline', tab }));
  document.addEventListener('visibilitychange', () => channel.post({ t: isVisible() ? 'wake' : 'hidden', tab }));
  return createTabMessenger(channel, tab, systemRandom);
}

/** Until the tab is closed. */
function hold(lock: string, begin: () => void): void {
  void navigator.locks.request(lock, () => {
    begin();
    return new Promise(() => {});
  });
}
