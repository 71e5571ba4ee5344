import { useState } from 'react';
import { useSay } from '../ask.ts';
import { useMe, useMessenger } from '../messenger.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { CheckCode } from '../recovery/CheckCode.tsx';
import { ShowCode } from '../recovery/ShowCode.tsx';
import { text } from '../text/keys.ts';

interface Props {
  readonly code: string;
  readonly onClose: () => void;
}

/** Nothing is changed before two parts of the new code were typed back. */
export function NewRecoveryCode({ code, onClose }: Props) {
  const { address } = useMe();
  const messenger = useMessenger();
  const say = useSay();
  const [checking, setChecking] = useState(false);
  const keep = async () => {
    const answer = await messenger.keepRecoveryCode(code);
    if (answer.ok) {
      say(text('recovery.done'));
      onClose();
    }
    return answer;
  };
  return (
    <Dialog
      title={text(checking ? 'recovery.check' : 'recovery.title')}
      description={text(checking ? 'recovery.check-more' : 'security.recovery-replaces')}
      onClose={onClose}
    >
      {checking ? (
        <CheckCode code={code} onBack={() => setChecking(false)} work={keep} />
      ) : (
        <ShowCode code={code} address={address} onKept={() => setChecking(true)} />
      )}
    </Dialog>
  );
}
