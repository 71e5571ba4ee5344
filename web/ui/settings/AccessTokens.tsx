import { useState } from 'react';
import type { Token } from '../../../protocol/api/shapes.ts';
import { useMessenger } from '../messenger.ts';
import { useNow } from '../now.ts';
import { Button } from '../parts/Button.tsx';
import { Confirm } from '../parts/Confirm.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/text.ts';
import { timeSince } from '../text/time.ts';
import { NewToken } from './NewToken.tsx';
import css from './Settings.module.css';
import { revokeToken, useTokens } from './tokens.ts';

/** What programs sign in with; nobody but the person makes them. */
export function AccessTokens() {
  const messenger = useMessenger();
  const { tokens, refusal, again } = useTokens();
  const [open, setOpen] = useState<Token | 'new' | null>(null);
  const close = () => {
    setOpen(null);
    again();
  };
  return (
    <>
      <div className={css.line}>
        <p className={css.words}>{text('settings.tokens-more')}</p>
        <Button onClick={() => setOpen('new')} aria-haspopup="dialog">
          {text('settings.token-new')}
        </Button>
      </div>
      <Refusal refusal={refusal} />
      {tokens === null || tokens.length === 0 ? null : (
        <ul className={css.list} aria-label={text('settings.tokens')}>
          {tokens.map((token) => (
            <TokenLine key={token.id} token={token} onRevoke={() => setOpen(token)} />
          ))}
        </ul>
      )}
      {open === 'new' ? <NewToken onClose={close} /> : null}
      {open === null || open === 'new' ? null : (
        <Confirm
          title={text('settings.token-revoke-title', { label: open.label })}
          lost={text('settings.token-revoke-more')}
          action={text('settings.token-revoke')}
          onClose={close}
          work={() => revokeToken(messenger, open.id)}
        />
      )}
    </>
  );
}

function TokenLine({ token, onRevoke }: { readonly token: Token; readonly onRevoke: () => void }) {
  const now = useNow();
  const { label, scopes, lastUsedAt } = token;
  const used =
    lastUsedAt === null
      ? text('settings.token-unused')
      : text('settings.token-used', { time: timeSince(lastUsedAt, now) });
  return (
    <li className={css.line}>
      <div className={css.words}>
        <p className={css.label}>{label}</p>
        <p className={css.more}>
          {scopes.map((scope) => text(`settings.scope-${scope}`)).join(' · ')} · {used}
        </p>
      </div>
      <Button onClick={onRevoke} aria-label={text('settings.token-revoke-title', { label })}>
        {text('settings.token-revoke')}
      </Button>
    </li>
  );
}
