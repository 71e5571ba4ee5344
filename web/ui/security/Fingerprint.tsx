import { Digits } from '../safety/Digits.tsx';
import settings from '../settings/Settings.module.css';
import { text } from '../text/keys.ts';
import css from './Security.module.css';

interface Props {
  readonly groups: readonly string[];
}

export function Fingerprint({ groups }: Props) {
  return (
    <>
      <p className={settings.more}>{text('security.fingerprint-more')}</p>
      <div className={css.fingerprint}>
        <Digits label={text('security.fingerprint')} groups={groups} />
      </div>
    </>
  );
}
