import { BadgeCheck } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { PersonView, SafetyView } from '../../client/model.ts';
import { useAsk, useSay } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { text } from '../text/keys.ts';
import css from './Compare.module.css';
import { Digits } from './Digits.tsx';
import { useSafety } from './identity.ts';
import { Warning } from './Warning.tsx';

const QrCode = lazy(async () => ({ default: (await import('./QrCode.tsx')).QrCode }));

interface Props {
  readonly person: PersonView;
  readonly onClose: () => void;
}

/** Both sides see the same number and the same code: who compares them is sure of the other. */
export function Compare({ person, onClose }: Props) {
  const { name, identity } = person;
  const { safety, refusal } = useSafety(person);
  return (
    <Dialog title={text('safety.title', { name })} description={text('safety.how')} onClose={onClose}>
      {identity === 'changed' ? (
        <Warning title={text('safety.changed', { name })}>{text('safety.changed-more')}</Warning>
      ) : null}
      <Refusal refusal={refusal} />
      {safety === null ? (
        <div className={css.room}>{refusal === null ? <Spinner /> : null}</div>
      ) : (
        <Numbers safety={safety} />
      )}
      {identity === 'verified' ? (
        <p className={css.verified}>
          <BadgeCheck aria-hidden />
          {text('safety.verified')}
        </p>
      ) : null}
      <Judging person={person} known={safety !== null} onClose={onClose} />
    </Dialog>
  );
}

function Numbers({ safety }: { readonly safety: SafetyView }) {
  return (
    <div className={css.numbers}>
      <Digits label={text('safety.number')} groups={safety.number} />
      <Suspense fallback={<span className={css.blank} />}>
        <QrCode label={text('safety.code')} content={safety.code} />
      </Suspense>
    </div>
  );
}

function Judging({ person, known, onClose }: Props & { readonly known: boolean }) {
  const { name, org, account, identity } = person;
  const messenger = useMessenger();
  const say = useSay();
  const { ask, busy, refusal } = useAsk();
  const judge = async (as: 'verified' | 'pinned') => {
    const answer = await ask(() => messenger.judgeIdentity({ org, account }, as));
    if (!answer.ok) return;
    if (as === 'verified') say(text('safety.verified-done', { name }));
    onClose();
  };
  return (
    <>
      <Refusal refusal={refusal} />
      <Actions>
        {identity === 'changed' ? (
          <Button disabled={busy} onClick={() => judge('pinned')}>
            {text('safety.go-on')}
          </Button>
        ) : null}
        {identity === 'verified' ? (
          <Button disabled={busy} onClick={() => judge('pinned')}>
            {text('safety.unverify')}
          </Button>
        ) : (
          <Button look="primary" disabled={busy || !known} onClick={() => judge('verified')}>
            {text('safety.verify')}
          </Button>
        )}
      </Actions>
    </>
  );
}
