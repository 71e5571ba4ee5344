/** Why somebody cannot be invited, with what to do about it: the own side's settings, or what the other side may have decided. */
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import { text } from '../text/look.ts';

const more = [
  'network_off',
  'network_not_allowed',
  'outsiders_not_allowed',
  'not_connected',
  'address_unknown',
] as const;

export function reason({ code, sentence }: RefusalReply): string {
  const known = more.find((one) => one === code);
  return known === undefined ? sentence : text(`reason.${known}`);
}
