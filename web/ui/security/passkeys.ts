import { useCallback, useEffect, useState } from 'react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import type { PasskeyView } from '../../client/passkey.ts';
import { useMessenger } from '../messenger.ts';

/** Those that open the own vault; null until they came. */
export function usePasskeyList() {
  const messenger = useMessenger();
  const [passkeys, setPasskeys] = useState<readonly PasskeyView[] | null>(null);
  const [refusal, setRefusal] = useState<RefusalReply | null>(null);
  const again = useCallback(async () => {
    const answer = await messenger.passkeys();
    if (answer.ok) setPasskeys(answer.value);
    setRefusal(answer.ok ? null : answer.refusal);
  }, [messenger]);
  useEffect(() => void again(), [again]);
  return { passkeys, refusal, again };
}
