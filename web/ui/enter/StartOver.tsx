import { useState } from 'react';
import type { MeView } from '../../client/model.ts';
import { useAsk } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { Tick } from '../parts/Tick.tsx';
import { text } from '../text/keys.ts';
import { Sheet } from './Sheet.tsx';
import css from './StartOver.module.css';

interface Props {
  readonly me: MeView;
  readonly onBack: () => void;
}

/** New keys for who lost password and code: what is lost and what follows is said before (SEAL 3.4, 4.6). */
export function StartOver({ me, onBack }: Props) {
  const messenger = useMessenger();
  const { ask, busy, refusal } = useAsk();
  const [sure, setSure] = useState(false);
  return (
    <Sheet title={text('over.title')} more={text('over.more')}>
      <h2 className={css.head}>{text('over.lost')}</h2>
      <ul className={css.list} data-mood="bad">
        <li>{text('over.lost-past')}</li>
        <li>{text('over.lost-queued')}</li>
      </ul>
      <h2 className={css.head}>{text('over.then')}</h2>
      <ul className={css.list}>
        <li>{text('over.then-members')}</li>
        <li>{text('over.then-number')}</li>
        <li>{text('over.then-open', { organisation: me.orgName })}</li>
      </ul>
      <Tick label={text('over.sure')} value={sure} onChange={setSure} />
      <Refusal refusal={refusal} />
      <Actions>
        <Button large look="primary" onClick={onBack}>
          {text('over.back')}
        </Button>
        <Button large look="danger" disabled={!sure || busy} onClick={() => ask(() => messenger.startOver())}>
          {text(busy ? 'common.working' : 'over.do')}
        </Button>
      </Actions>
    </Sheet>
  );
}
