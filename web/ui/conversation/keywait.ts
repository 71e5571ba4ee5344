/** What a key waits for, in words: never "impossible". */
import type { KeyWait } from '../../client/model.ts';
import { text } from '../text/text.ts';

export function keyWaitSentence(wait: KeyWait | null): string {
  if (wait === null) return text('key.wait');
  return wait.is === 'organisation'
    ? text('key.wait-organisation', { organisation: wait.organisation.name })
    : text(`key.wait-${wait.is}`);
}
