/** Which passwords are taken: long enough, hard to guess, and typed twice the same. */
import { text } from '../text/keys.ts';
import type { Judgement } from './judge.ts';

export const shortestPassword = 10;
const leastScore = 3;

export interface Typed {
  readonly password: string;
  readonly again: string;
}
/** `unjudged`: nothing is wrong with it as far as is known, but what judges it is not here (yet). */
export type Fault = 'short' | 'unjudged' | 'weak' | 'differ';

/** Null: it is taken. Not judged yet is not taken either. */
export function passwordFault({ password, again }: Typed, judged: Judgement | 'failed' | null): Fault | null {
  if ([...password].length < shortestPassword) return 'short';
  if (judged === null || judged === 'failed') return 'unjudged';
  if (judged.score < leastScore) return 'weak';
  return password === again ? null : 'differ';
}

export function judgementSentence({ score, why }: Judgement): string {
  if (score > leastScore) return text('strength.best');
  if (score === leastScore) return text('strength.good');
  return why === null ? text('strength.guessable') : text(`strength.${why}`);
}
