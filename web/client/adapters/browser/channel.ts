/** How the tabs and the Worker of one browser profile find each other. */
import type { Channel } from '../../tab-talk.ts';

export const LOCKS = {
  /** The tab that has it runs the Worker. */
  owner: 'conclave-owner',
  /** The Worker that has it uses the store. */
  store: 'conclave-store',
  /** Held by each tab for as long as it is there. */
  tab: (tab: string) => `conclave-tab-${tab}`,
} as const;

export function browserChannel(): Channel {
  const channel = new BroadcastChannel('conclave');
  return {
    post: (message) => channel.postMessage(message),
    listen(heard) {
      channel.addEventListener('message', ({ data }) => heard(data));
    },
  };
}
