/** Why an organisation has not got a message yet. */
import type { DeliveryView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import { duration } from '../text/time.ts';

export function queuedSentence({ organisation }: DeliveryView, now: number): string {
  const { name, reachable, since } = organisation;
  if (reachable) return text('delivery.queued', { organisation: name });
  if (since === null) return text('delivery.queued-never', { organisation: name });
  return text('delivery.queued-away', { organisation: name, duration: duration(now - since) });
}
