/** How much a message may hold: PROTOCOL 2.5, in bytes of UTF-8. */
import { LIMITS } from '../../../protocol/limits.ts';

const encoder = new TextEncoder();

/** By how many characters, at least, a text is too long; 0: it fits. */
export function tooLongBy(text: string): number {
  if (text.length * 3 <= LIMITS.messageTextBytes) return 0;
  return Math.max(0, encoder.encode(text).length - LIMITS.messageTextBytes);
}
