/** Whether administrators must still be told to write down the recovery phrase. */
import { useEffect, useState } from 'react';
import type { NodeStatus } from './administration/routes.ts';
import { useMe, useMessenger } from './messenger.ts';

export function usePhraseWarning(): boolean {
  const messenger = useMessenger();
  const { administrator } = useMe();
  const [unwritten, setUnwritten] = useState(false);
  useEffect(() => {
    if (!administrator) return;
    let gone = false;
    messenger.admin<NodeStatus>('GET /api/v1/admin/status', {}).then((answer) => {
      if (!gone && answer.ok) setUnwritten(!answer.value.phraseConfirmed);
    });
    return () => {
      gone = true;
    };
  }, [messenger, administrator]);
  return administrator && unwritten;
}
