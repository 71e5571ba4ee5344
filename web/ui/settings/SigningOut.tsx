import { useState } from 'react';
import { useApp, useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Confirm } from '../parts/Confirm.tsx';
import { text } from '../text/text.ts';
import css from './Settings.module.css';

const ways = ['sign-out', 'sign-out-everywhere'] as const;
type Way = (typeof ways)[number];

export function SigningOut() {
  const messenger = useMessenger();
  const { outbox } = useApp();
  const [asking, setAsking] = useState<Way | null>(null);
  const waiting = outbox > 0 ? ` ${text('settings.sign-out-waiting', { count: outbox })}` : '';
  return (
    <>
      {ways.map((way) => (
        <div key={way} className={css.line}>
          <div className={css.words}>
            <p>{text(`settings.${way}`)}</p>
            <p className={css.more}>{text(`settings.${way}-more`)}</p>
          </div>
          <Button onClick={() => setAsking(way)}>{text(`settings.${way}`)}</Button>
        </div>
      ))}
      {asking === null ? null : (
        <Confirm
          title={text(`settings.${asking}-title`)}
          lost={text(`settings.${asking}-more`) + waiting}
          action={text(`settings.${asking}`)}
          onClose={() => setAsking(null)}
          work={() => messenger.signOut(asking === 'sign-out-everywhere')}
        />
      )}
    </>
  );
}
