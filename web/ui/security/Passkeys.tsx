import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { PasskeyView } from '../../client/passkey.ts';
import { useSay } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { useNow } from '../now.ts';
import { Button } from '../parts/Button.tsx';
import { Confirm } from '../parts/Confirm.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { usePasskeys } from '../passkeys.ts';
import settings from '../settings/Settings.module.css';
import { text } from '../text/passkeys.ts';
import { dateName, timeSince } from '../text/time.ts';
import { AddPasskey } from './AddPasskey.tsx';
import { usePasskeyList } from './passkeys.ts';
import css from './Security.module.css';

/** What opens the vault beside password and code. Where the browser has none, they are still listed, and can be removed. */
export function Passkeys() {
  const messenger = useMessenger();
  const say = useSay();
  const browser = usePasskeys();
  const { passkeys, refusal, again } = usePasskeyList();
  const [adding, setAdding] = useState(false);
  const [going, setGoing] = useState<PasskeyView | null>(null);
  const remove = async ({ id, credential, name }: PasskeyView) => {
    const answer = await messenger.removePasskey(id);
    if (answer.ok && credential) await browser?.forget(credential);
    if (answer.ok) say(text('passkeys.removed', { name: nameOf(name) }));
    await again();
    return answer;
  };
  return (
    <>
      <div className={settings.line}>
        <div className={settings.words}>
          <p>{text('passkeys.more')}</p>
          {browser ? null : <p className={settings.more}>{text('passkeys.none-here')}</p>}
        </div>
        {browser ? (
          <Button onClick={() => setAdding(true)} aria-haspopup="dialog">
            {text('passkeys.add')}
          </Button>
        ) : null}
      </div>
      <Refusal refusal={refusal} />
      {passkeys === null && refusal === null ? <Spinner /> : null}
      {passkeys?.length ? (
        <ul className={css.devices} aria-label={text('passkeys.title')}>
          {passkeys.map((each) => (
            <PasskeyLine key={each.id} passkey={each} onRemove={() => setGoing(each)} />
          ))}
        </ul>
      ) : null}
      {adding && browser ? (
        <AddPasskey browser={browser} onClose={() => setAdding(false)} onAdded={() => void again()} />
      ) : null}
      {going === null ? null : (
        <Confirm
          title={text('passkeys.remove-title', { name: nameOf(going.name) })}
          lost={text('passkeys.remove-more')}
          action={text('passkeys.remove')}
          onClose={() => setGoing(null)}
          work={() => remove(going)}
        />
      )}
    </>
  );
}

function PasskeyLine({ passkey, onRemove }: { readonly passkey: PasskeyView; readonly onRemove: () => void }) {
  const now = useNow();
  const { addedAt, lastUsedAt } = passkey;
  const name = nameOf(passkey.name);
  const added = addedAt === null ? [] : [text('passkeys.added', { date: dateName(addedAt, now) })];
  const used =
    lastUsedAt === null ? text('passkeys.unused') : text('passkeys.used', { time: timeSince(lastUsedAt, now) });
  return (
    <li className={css.device}>
      <KeyRound aria-hidden />
      <div className={css.words}>
        <p className={css.name}>{name}</p>
        <p className={css.more}>{[...added, used].join(' · ')}</p>
      </div>
      <Button onClick={onRemove} aria-label={text('passkeys.remove-label', { name })}>
        {text('passkeys.remove')}
      </Button>
    </li>
  );
}

function nameOf(name: string): string {
  return name === '' ? text('passkeys.unnamed') : name;
}
