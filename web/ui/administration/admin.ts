/** Reading and changing through the administrators' routes; what was changed is read anew. */
import { useCallback, useEffect, useState } from 'react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import type { Answer } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';
import type { AdminRoute } from './routes.ts';

export interface Read<T> {
  /** Null until it came. */
  readonly value: T | null;
  readonly refusal: RefusalReply | null;
  readonly again: () => void;
}

export function useRead<T>(route: AdminRoute): Read<T> {
  const messenger = useMessenger();
  const [answer, setAnswer] = useState<Answer<T> | null>(null);
  const again = useCallback(() => {
    messenger.admin<T>(route, {}).then(setAnswer);
  }, [messenger, route]);
  useEffect(again, [again]);
  return { value: answer?.ok ? answer.value : null, refusal: answer?.ok === false ? answer.refusal : null, again };
}
