import { useMe } from '../messenger.ts';
import { Group } from '../settings/Group.tsx';
import { Page } from '../settings/Page.tsx';
import { text } from '../text/keys.ts';
import { text as passkeyText } from '../text/passkeys.ts';
import { Devices } from './Devices.tsx';
import { Fingerprint } from './Fingerprint.tsx';
import { Lock } from './Lock.tsx';
import { Passkeys } from './Passkeys.tsx';
import { Password } from './Password.tsx';
import { RecoveryCode } from './RecoveryCode.tsx';
import css from './Security.module.css';

/** What only the person can do about keys: nobody else can, also no administrator. */
export function Security() {
  const { seal } = useMe();
  return (
    <Page title={text('security.title')} from={{ is: 'settings' }}>
      {seal === null ? (
        <p className={css.none}>{text('security.none')}</p>
      ) : (
        <>
          <Group title={text('security.devices')}>
            <Devices />
          </Group>
          <Group title={text('security.password')}>
            <Password />
          </Group>
          <Group title={text('recovery.code')}>
            <RecoveryCode kept={seal.recoveryKept} />
          </Group>
          <Group title={passkeyText('passkeys.title')}>
            <Passkeys />
          </Group>
          <Group title={text('security.lock')}>
            <Lock />
          </Group>
          <Group title={text('security.fingerprint')}>
            <Fingerprint groups={seal.fingerprint} />
          </Group>
        </>
      )}
    </Page>
  );
}
