import { useState } from 'react';
import type { MeView } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';
import { CheckCode } from '../recovery/CheckCode.tsx';
import { ShowCode } from '../recovery/ShowCode.tsx';
import { text } from '../text/keys.ts';
import { Sheet } from './Sheet.tsx';

interface Props {
  readonly me: MeView;
  readonly code: string;
}

/** Keys were just made: the code is shown this once, kept, and asked back. */
export function Recovery({ me, code }: Props) {
  const messenger = useMessenger();
  const [checking, setChecking] = useState(false);
  if (checking) {
    return (
      <Sheet title={text('recovery.check')} more={text('recovery.check-more')}>
        <CheckCode code={code} onBack={() => setChecking(false)} work={() => messenger.keepRecoveryCode(code)} />
      </Sheet>
    );
  }
  return (
    <Sheet wide title={text('recovery.title')} more={text('recovery.why')}>
      <ShowCode code={code} address={me.address} onKept={() => setChecking(true)} />
    </Sheet>
  );
}
