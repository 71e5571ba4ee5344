import type { ChatId } from '../../../protocol/ids.ts';
import type { PersonView, SafetyView } from '../../client/model.ts';
import { useAsk, useSay } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { text } from '../text/keys.ts';
import { Digits } from './Digits.tsx';
import { useSafety } from './identity.ts';
import css from './Readmit.module.css';
import { Warning } from './Warning.tsx';

interface Props {
  readonly person: PersonView;
  readonly chat: ChatId;
  readonly onClose: () => void;
}

/** Before somebody who started over is let in again: the number from before and the one of now, side by side (SEAL 4.6). */
export function Readmit({ person, chat, onClose }: Props) {
  const { name, org, account } = person;
  const messenger = useMessenger();
  const say = useSay();
  const { ask, busy, refusal } = useAsk();
  const known = useSafety(person);
  const go = async () => {
    const answer = await ask(() => messenger.readmit(chat, { org, account }));
    if (!answer.ok) return;
    say(text('safety.readmit-done', { name }));
    onClose();
  };
  return (
    <Dialog title={text('safety.readmit-title', { name })} onClose={onClose}>
      <Warning title={text('safety.changed', { name })}>{text('safety.readmit-how', { name })}</Warning>
      {known.safety === null ? (
        <div className={css.room}>{known.refusal === null ? <Spinner /> : null}</div>
      ) : (
        <BothNumbers safety={known.safety} />
      )}
      <p className={css.what}>{text('safety.readmit-what', { name })}</p>
      <Refusal refusal={refusal ?? known.refusal} />
      <Actions>
        <Button onClick={onClose}>{text('common.cancel')}</Button>
        <Button look="primary" disabled={busy || known.safety === null} onClick={go}>
          {text('safety.readmit')}
        </Button>
      </Actions>
    </Dialog>
  );
}

function BothNumbers({ safety: { former, number } }: { readonly safety: SafetyView }) {
  return (
    <div className={css.both}>
      {former === null ? null : (
        <section className={css.one} data-former>
          <h3>{text('safety.before')}</h3>
          <Digits narrow label={text('safety.before')} groups={former} />
        </section>
      )}
      <section className={css.one}>
        <h3>{text('safety.now')}</h3>
        <Digits narrow={former !== null} label={text('safety.now')} groups={number} />
      </section>
    </div>
  );
}
