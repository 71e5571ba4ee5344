/** The own tokens: what the node answers, and reading it. Only types of the contract, so that nothing of it is in the page. */
import { useCallback, useEffect, useState } from 'react';
import type { RefusalReply, Token } from '../../../protocol/api/shapes.ts';
import type { Answer, Messenger } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';

export type Scope = Token['scopes'][number];

interface Tokens {
  /** Null until they came. */
  readonly tokens: readonly Token[] | null;
  readonly refusal: RefusalReply | null;
  readonly again: () => void;
}

export function useTokens(): Tokens {
  const messenger = useMessenger();
  const [answer, setAnswer] = useState<Answer<{ tokens: Token[] }> | null>(null);
  const again = useCallback(() => {
    messenger.admin<{ tokens: Token[] }>('GET /api/v1/tokens', {}).then(setAnswer);
  }, [messenger]);
  useEffect(again, [again]);
  return {
    tokens: answer?.ok ? answer.value.tokens : null,
    refusal: answer?.ok === false ? answer.refusal : null,
    again,
  };
}

/** The secret, which comes once. */
export function makeToken(messenger: Messenger, label: string, scopes: readonly Scope[]) {
  return messenger.admin<{ secret: string }>('POST /api/v1/tokens', { body: { label, scopes } });
}

export function revokeToken(messenger: Messenger, token: string) {
  return messenger.admin('DELETE /api/v1/tokens/:token', { params: { token } });
}
