/** What is known of somebody's identity, asked for when it is looked at. */
import { useEffect, useState } from 'react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import type { PersonView, SafetyView } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';

export interface Safety {
  readonly safety: SafetyView | null;
  readonly refusal: RefusalReply | null;
}

/** Asked again when another identity of that person becomes known. */
export function useSafety({ org, account, identity }: PersonView): Safety {
  const messenger = useMessenger();
  const [known, setKnown] = useState<Safety>({ safety: null, refusal: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answer changes with the identity
  useEffect(() => {
    let gone = false;
    messenger.safety({ org, account }).then((answer) => {
      if (gone) return;
      setKnown(answer.ok ? { safety: answer.value, refusal: null } : { safety: null, refusal: answer.refusal });
    });
    return () => {
      gone = true;
    };
  }, [messenger, org, account, identity]);
  return known;
}
