import { useTell } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import css from '../settings/Settings.module.css';
import { text } from '../text/keys.ts';

export function Lock() {
  const messenger = useMessenger();
  const tell = useTell();
  return (
    <div className={css.line}>
      <p className={css.words}>{text('security.lock-more')}</p>
      <Button onClick={() => tell(messenger.lock())}>{text('security.lock-do')}</Button>
    </div>
  );
}
