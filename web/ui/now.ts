/** The time, as a component that shows an age needs it: it renders again when a minute has passed. */
import { useSyncExternalStore } from 'react';

const everyMs = 20_000;

function watch(changed: () => void): () => void {
  const timer = setInterval(changed, everyMs);
  return () => clearInterval(timer);
}

export function useNow(): number {
  return useSyncExternalStore(watch, () => Math.floor(Date.now() / everyMs) * everyMs);
}
