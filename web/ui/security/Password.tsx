import { useState } from 'react';
import { Button } from '../parts/Button.tsx';
import css from '../settings/Settings.module.css';
import { text } from '../text/keys.ts';
import { ChangePassword } from './ChangePassword.tsx';

export function Password() {
  const [changing, setChanging] = useState(false);
  return (
    <div className={css.line}>
      <p className={css.words}>{text('security.password-more')}</p>
      <Button onClick={() => setChanging(true)} aria-haspopup="dialog">
        {text('security.password-change')}
      </Button>
      {changing ? <ChangePassword onClose={() => setChanging(false)} /> : null}
    </div>
  );
}
