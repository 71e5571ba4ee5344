/** Is somebody to be told of a message? By what that person decided, and the clock on their wall; pure. */
import { isQuiet } from '../../protocol/zone.ts';
import type { Attention } from './personal.ts';

/** `mention`: the message names the person. */
export function isTold({ mutedUntil, level, settings }: Attention, mention: boolean, nowMs: number): boolean {
  if (mutedUntil === 'forever' || (mutedUntil !== null && mutedUntil > nowMs)) return false;
  if (level === 'none' || (level === 'mentions' && !mention)) return false;
  return !(settings?.quiet && isQuiet(settings.quiet, nowMs, settings.zone));
}
