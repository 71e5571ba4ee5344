import { useState } from 'react';
import { useTell } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import settings from '../settings/Settings.module.css';
import { text } from '../text/keys.ts';
import { NewRecoveryCode } from './NewRecoveryCode.tsx';
import css from './Security.module.css';

interface Props {
  readonly kept: boolean;
}

export function RecoveryCode({ kept }: Props) {
  const messenger = useMessenger();
  const tell = useTell();
  const [code, setCode] = useState<string | null>(null);
  const draw = async () => {
    const answer = await messenger.newRecoveryCode();
    if (answer.ok) setCode(answer.value);
    else await tell(Promise.resolve(answer));
  };
  return (
    <div className={settings.line}>
      <div className={settings.words}>
        <p>{text('security.recovery-more')}</p>
        {kept ? null : <p className={css.warn}>{text('security.recovery-missing')}</p>}
      </div>
      <Button look={kept ? 'plain' : 'primary'} onClick={draw} aria-haspopup="dialog">
        {text('security.recovery-new')}
      </Button>
      {code === null ? null : <NewRecoveryCode code={code} onClose={() => setCode(null)} />}
    </div>
  );
}
