import { useState } from 'react';
import type { Phase } from '../../client/model.ts';
import { useTell } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/keys.ts';
import css from './Locked.module.css';
import { OpenByCode } from './OpenByCode.tsx';
import { OpenByPasskey } from './OpenByPasskey.tsx';
import { OpenByPassword } from './OpenByPassword.tsx';
import { Sheet } from './Sheet.tsx';
import { StartOver } from './StartOver.tsx';

type LockedPhase = Extract<Phase, { is: 'locked' }>;
interface Props {
  readonly phase: LockedPhase;
}

/** Signed in, but the vault is closed: password or recovery code opens it, or one starts over. */
export function Locked({ phase }: Props) {
  const { me, after, ways, why } = phase;
  const messenger = useMessenger();
  const tell = useTell();
  const [byCode, setByCode] = useState(!ways.includes('password'));
  const [lost, setLost] = useState(false);
  const both = ways.includes('password') && ways.includes('code');
  if (lost) return <StartOver me={me} onBack={() => setLost(false)} />;
  return (
    <Sheet title={text(after === 'no-keys' ? 'locked.no-keys-title' : 'locked.title')} more={moreOf(phase)}>
      <Refusal refusal={why} />
      {byCode ? <OpenByCode /> : <OpenByPassword me={me} action={after === 'no-keys' ? 'make-keys' : 'open'} />}
      {ways.includes('code') ? <OpenByPasskey /> : null}
      <div className={css.others}>
        {both ? (
          <Button look="quiet" onClick={() => setByCode(!byCode)}>
            {text(byCode ? 'locked.use-password' : 'locked.use-code')}
          </Button>
        ) : null}
        {ways.includes('code') ? (
          <Button look="quiet" onClick={() => setLost(true)}>
            {text(both ? 'locked.lost' : 'locked.lost-code')}
          </Button>
        ) : null}
      </div>
      <p className={css.who}>
        {text('locked.who', { address: me.address })}
        <Button small onClick={() => tell(messenger.signOut(false))}>
          {text('settings.sign-out')}
        </Button>
      </p>
    </Sheet>
  );
}

function moreOf({ after, me }: LockedPhase): string {
  return after === 'lock' ? text('locked.after-lock', { organisation: me.orgName }) : text(`locked.after-${after}`);
}
