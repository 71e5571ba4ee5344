import { Notifications } from '../notify/Notifications.tsx';
import { Button } from '../parts/Button.tsx';
import { goTo } from '../place.ts';
import { text as appText } from '../text/app.ts';
import { text } from '../text/text.ts';
import { AccessTokens } from './AccessTokens.tsx';
import { Appearance } from './Appearance.tsx';
import { Group } from './Group.tsx';
import { Page } from './Page.tsx';
import { Profile } from './Profile.tsx';
import css from './Settings.module.css';
import { SigningOut } from './SigningOut.tsx';

export function Settings() {
  return (
    <Page title={text('settings.title')}>
      <Group title={text('settings.profile')}>
        <Profile />
      </Group>
      <Group title={text('settings.look')}>
        <Appearance />
      </Group>
      <Group title={appText('notify.title')}>
        <Notifications />
      </Group>
      <Group title={text('security.title')}>
        <div className={css.line}>
          <p className={css.words}>{text('security.more')}</p>
          <Button onClick={() => goTo({ is: 'security' })}>{text('security.open')}</Button>
        </div>
      </Group>
      <Group title={text('settings.tokens')}>
        <AccessTokens />
      </Group>
      <Group title={text('settings.session')}>
        <SigningOut />
      </Group>
    </Page>
  );
}
