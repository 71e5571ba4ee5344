/**
 * The Worker's entry: the one messenger of this browser profile. Started by the tab that was elected; waits for the lock, so that the one
 * before has let go of the store, and then serves all tabs.
 */
import { createApi } from '../api.ts';
import type { SpoolStore } from '../files/ports.ts';
import { createMemoryStore } from '../memory-store.ts';
import { createMessenger } from '../messenger.ts';
import type { Fetch, KeyStore, Store } from '../ports.ts';
import { hostTabs } from '../tab-host.ts';
import { browserChannel, LOCKS } from './browser/channel.ts';
import { createIndexPlace } from './browser/index-place.ts';
import { openIndexedDbStore } from './browser/indexeddb.ts';
import { openIndexedDbKeys } from './browser/indexeddb-keys.ts';
import { openBrowserSpools } from './browser/spools.ts';
import { createMemoryKeys } from './memory-keys.ts';
import { createSystemClock, systemRandom } from './system.ts';
import { openSockets } from './web-socket.ts';

const report = (error: unknown) => console.error(error);
const askNode: Fetch = (url, init) => fetch(url, { ...init, credentials: 'same-origin', cache: 'no-store' });

/** A browser that keeps nothing (a private window) still works while it is open. */
async function openStore(): Promise<Store> {
  try {
    return await openIndexedDbStore('conclave');
  } catch (error) {
    report(error);
    return createMemoryStore();
  }
}

/** Without a disk, whoever closes the window signs in again. */
async function openKeys(): Promise<KeyStore> {
  try {
    return await openIndexedDbKeys('conclave-keys');
  } catch (error) {
    report(error);
    return createMemoryKeys();
  }
}

/** Whoever leaves this device takes the files along that waited to be sent. */
function clearingSpools(store: Store, spools: SpoolStore): Store {
  return {
    ...store,
    async clear(except) {
      await store.clear(except);
      if (except === undefined) for (const name of await spools.names()) await spools.remove(name);
    },
  };
}

async function serve(): Promise<void> {
  const { origin } = self.location;
  const spools = await openBrowserSpools();
  const clock = createSystemClock(report);
  let isLooked = true;
  const messenger = createMessenger({
    api: createApi({ baseUrl: origin, fetch: askNode, clock }),
    store: clearingSpools(await openStore(), spools),
    files: { baseUrl: origin, spools, fetch: (url, init) => fetch(url, init), headers: () => ({}), pieceBytes: null },
    keys: await openKeys(),
    index: createIndexPlace('search', clock),
    byToken: false,
    isLooked: () => isLooked,
    clock,
    random: systemRandom,
    openSocket: openSockets(() => new WebSocket(`${origin.replace(/^http/, 'ws')}/api/v1/socket`)),
    readAhead: 20,
    tellAfterMs: 12,
    label: describeBrowser(navigator.userAgent),
    report,
  });
  const whenGone = (tab: string, gone: () => void) => void navigator.locks.request(LOCKS.tab(tab), gone);
  const looked = (is: boolean) => {
    isLooked = is;
  };
  hostTabs({ messenger, channel: browserChannel(), host: crypto.randomUUID(), whenGone, looked, report });
}

/** "Firefox on Linux": enough to know one's places by. */
function describeBrowser(agent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)/.exec(agent)?.[1] ?? 'Browser';
  const system = /(Android|iPhone|iPad|Windows|Mac|Linux)/.exec(agent)?.[1] ?? '';
  const name = { Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser;
  return system === '' ? name : `${name} on ${system}`;
}

void navigator.locks.request(LOCKS.store, async () => {
  await serve();
  // Held until the Worker ends with its tab.
  await new Promise(() => {});
});
