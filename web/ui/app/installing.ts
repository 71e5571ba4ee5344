/**
 * The service worker of this page, and the newer build that may wait behind it. Always holds: a page is reloaded only where somebody
 * asked for it; where there can be no service worker (no HTTPS, a private window) everything else works.
 */
import { useEffect, useState } from 'react';

/** A newer build that is ready; null: there is none. */
export type NewBuild = { readonly take: () => void } | null;

/** Registers it, once the page has what it needs. */
export function useNewBuild(): NewBuild {
  const [ready, setReady] = useState<NewBuild>(null);
  useEffect(() => {
    // A page without a manifest is not the client as it is shipped.
    const shipped = import.meta.env.PROD && document.querySelector('link[rel=manifest]') !== null;
    if (!('serviceWorker' in navigator) || !shipped) return;
    let over = false;
    // It may be refused (a private window): the client works without.
    void register((build) => !over && setReady(build)).catch(() => undefined);
    return () => {
      over = true;
    };
  }, []);
  return ready;
}

const CHECK_EVERY_MS = 60 * 60_000;

async function register(ready: (build: NewBuild) => void): Promise<void> {
  const container = navigator.serviceWorker;
  container.addEventListener('message', ({ data }) => {
    if (data?.t === 'go' && typeof data.place === 'string') location.hash = new URL(data.place, location.href).hash;
  });
  const hadOne = container.controller !== null;
  const registration = await container.register(trusted('/sw.js'), { updateViaCache: 'none' });
  const look = () => {
    const { waiting } = registration;
    if (waiting && hadOne) ready({ take: () => takeOver(waiting) });
  };
  look();
  registration.addEventListener('updatefound', () => {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => installing.state === 'installed' && look());
  });
  // Another tab may have said so, under this one's hands.
  if (hadOne) container.addEventListener('controllerchange', () => ready({ take: () => location.reload() }));
  setInterval(() => void registration.update().catch(() => undefined), CHECK_EVERY_MS);
}

function takeOver(waiting: ServiceWorker): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting.postMessage({ t: 'take-over' });
}

/** Where a page may start no script by its name alone, this one is said to be ours. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } };
  };
  return (
    trustedTypes?.createPolicy('service-worker', { createScriptURL: (same: string) => same }).createScriptURL(url) ??
    url
  );
}
