/**
 * Up to where the arrival order is on disk. The newest position handed out may still be lost with a crash and be given to
 * something else, so clients are only ever told this one.
 */

import type { Arrival } from '../../../protocol/ids.ts';
import type { Feed } from '../../chats/feed.ts';

/** To be made before anything is written. */
export function followCommitted(feed: Feed): () => Arrival {
  let committed = feed.latest();
  feed.listen((item) => {
    if ('arrival' in item && item.arrival > committed) committed = item.arrival;
  });
  return () => committed;
}
