/** Asking the messenger for something, with what a form needs to know: is it under way, and why was it refused. */
import { createContext, useCallback, useContext, useState } from 'react';
import type { RefusalReply } from '../../protocol/api/shapes.ts';
import type { Answer } from '../client/model.ts';

export interface Asking {
  readonly ask: <T>(work: () => Promise<Answer<T>>) => Promise<Answer<T>>;
  readonly busy: boolean;
  readonly refusal: RefusalReply | null;
}

export function useAsk(): Asking {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<RefusalReply | null>(null);
  const ask = useCallback(async <T>(work: () => Promise<Answer<T>>) => {
    setBusy(true);
    setRefusal(null);
    try {
      const answer = await work();
      if (!answer.ok) setRefusal(answer.refusal);
      return answer;
    } finally {
      setBusy(false);
    }
  }, []);
  return { ask, busy, refusal };
}

export type Say = (sentence: string, mood?: 'plain' | 'bad') => void;
export const SayContext = createContext<Say>(() => {});

/** Says one sentence at the edge of the window, where there is no form that could. */
export function useSay(): Say {
  return useContext(SayContext);
}

/** For a button that has no place for a refusal: it is said instead. */
export function useTell(): (work: Promise<Answer<unknown>>, success?: string) => Promise<boolean> {
  const say = useSay();
  return useCallback(
    async (work, success) => {
      const answer = await work;
      if (!answer.ok) say(answer.refusal.sentence, 'bad');
      else if (success !== undefined) say(success);
      return answer.ok;
    },
    [say],
  );
}
