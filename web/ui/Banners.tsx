import { CloudOff, KeyRound, Unplug } from 'lucide-react';
import type { AppView } from '../client/model.ts';
import css from './Banners.module.css';
import { useApp } from './messenger.ts';
import { useNow } from './now.ts';
import { usePhraseWarning } from './phrase.ts';
import { text } from './text/text.ts';
import { timeSince } from './text/time.ts';

/** What concerns the whole window, and nothing else. */
export function Banners() {
  const app = useApp();
  const now = useNow();
  const unwritten = usePhraseWarning();
  const me = app.phase.is === 'signed-in' ? app.phase.me : null;
  const away = app.organisations.filter(({ own, reachable, since }) => !own && !reachable && since !== null);
  return (
    <div role="status">
      {app.connection === 'offline' ? (
        <p className={css.banner} data-mood="warn">
          <CloudOff aria-hidden />
          {offlineSentence(app)}
        </p>
      ) : (
        away.map((organisation) => (
          <p key={organisation.org} className={css.banner}>
            <Unplug aria-hidden />
            <span>
              {text('banner.unreachable-since', {
                name: organisation.name,
                time: timeSince(organisation.since ?? 0, now),
              })}{' '}
              <span className={css.more}>{text('banner.unreachable-more')}</span>
            </span>
          </p>
        ))
      )}
      {me?.seal?.recoveryKept === false ? (
        <p className={css.banner} data-mood="warn">
          <KeyRound aria-hidden />
          <span>
            {text('banner.recovery')} <a href="#/security">{text('banner.recovery-do')}</a>
          </span>
        </p>
      ) : null}
      {unwritten ? (
        <p className={css.banner} data-mood="warn">
          <KeyRound aria-hidden />
          <span>
            {text('banner.phrase')} <a href="#/phrase">{text('banner.phrase-do')}</a>
          </span>
        </p>
      ) : null}
    </div>
  );
}

function offlineSentence({ outbox }: AppView): string {
  return outbox === 0 ? text('banner.offline') : text('banner.offline-waiting', { count: outbox });
}
