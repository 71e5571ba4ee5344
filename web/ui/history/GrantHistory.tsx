import { type FormEvent, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { PersonView } from '../../client/model.ts';
import { useAsk, useSay } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { useNow } from '../now.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import form from '../parts/Form.module.css';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/keys.ts';
import { choiceOf, firstDraft, kinds } from './choice.ts';
import { HistoryField } from './HistoryField.tsx';

interface Props {
  readonly person: PersonView;
  readonly chat: ChatId;
  readonly onClose: () => void;
}

const some = kinds.filter((is) => is !== 'none');

/** Shows more of the past to somebody who is in already. */
export function GrantHistory({ person, chat, onClose }: Props) {
  const { name, org, account } = person;
  const messenger = useMessenger();
  const say = useSay();
  const now = useNow();
  const { ask, busy, refusal } = useAsk();
  const [draft, setDraft] = useState(() => ({ ...firstDraft(now), is: 'since' as (typeof kinds)[number] }));
  const choice = choiceOf(draft, now);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (choice === null) return;
    const answer = await ask(() => messenger.grantHistory(chat, { org, account }, choice));
    if (!answer.ok) return;
    say(text('history.grant-done', { name }));
    onClose();
  };
  return (
    <Dialog title={text('history.grant-title', { name })} description={text('history.told')} onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <HistoryField
          label={text('history.choose-one', { name })}
          chat={chat}
          value={draft}
          onChange={setDraft}
          offered={some}
        />
        <Refusal refusal={refusal} />
        <Actions>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy || choice === null}>
            {text('history.grant')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
