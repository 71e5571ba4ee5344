/** Reading and changing through the administrators' routes; what was changed, here or elsewhere, is read anew. */
import { useCallback, useEffect, useState } from 'react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import type { Answer } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';
import type { AdminRoute } from './routes.ts';

const everyMs = 5_000;

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
    // What is shown stays when it cannot be read anew.
    messenger.admin<T>(route, {}).then((next) => setAnswer((shown) => (shown?.ok && !next.ok ? shown : next)));
  }, [messenger, route]);
  useEffect(() => {
    again();
    const timer = setInterval(() => document.visibilityState === 'visible' && again(), everyMs);
    return () => clearInterval(timer);
  }, [again]);
  return { value: answer?.ok ? answer.value : null, refusal: answer?.ok === false ? answer.refusal : null, again };
}
