import { useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { Segments } from '../parts/Segments.tsx';
import { goTo } from '../place.ts';
import { text } from '../text/text.ts';
import { keepTheme, readTheme, THEMES, type Theme } from '../theme.ts';
import { AccessTokens } from './AccessTokens.tsx';
import { Group } from './Group.tsx';
import { Page } from './Page.tsx';
import { Profile } from './Profile.tsx';
import css from './Settings.module.css';
import { SigningOut } from './SigningOut.tsx';

export function Settings() {
  const [theme, setTheme] = useState<Theme>(readTheme);
  const choose = (next: Theme) => {
    keepTheme(next);
    setTheme(next);
  };
  return (
    <Page title={text('settings.title')}>
      <Group title={text('settings.profile')}>
        <Profile />
      </Group>
      <Group title={text('settings.look')}>
        <div className={css.line}>
          <span>{text('settings.theme')}</span>
          <Segments
            label={text('settings.theme')}
            options={THEMES.map((value) => ({ value, label: text(`settings.theme-${value}`) }))}
            value={theme}
            onChange={choose}
          />
        </div>
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
