/** Judges what is typed, once the lists are here; null until then, and while nothing is typed. */
import { useEffect, useState } from 'react';
import type { Judgement } from './judge.ts';

type Judge = (password: string, own: readonly string[]) => Judgement;

/** `failed`: the lists could not be loaded, so nothing can be judged. */
export function useJudgement(password: string, own: readonly string[]): Judgement | 'failed' | null {
  const [judge, setJudge] = useState<Judge | 'failed' | null>(null);
  useEffect(() => {
    let gone = false;
    import('./judge.ts').then(
      (part) => !gone && setJudge(() => part.judge),
      () => !gone && setJudge('failed'),
    );
    return () => {
      gone = true;
    };
  }, []);
  if (judge === 'failed') return 'failed';
  return judge === null || password === '' ? null : judge(password, own);
}
