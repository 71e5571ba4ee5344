import { type FormEvent, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { MemberView } from '../../client/model.ts';
import { useAsk } from '../ask.ts';
import { choiceOf, firstDraft } from '../history/choice.ts';
import { HistoryField } from '../history/HistoryField.tsx';
import { useMessenger } from '../messenger.ts';
import { useNow } from '../now.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import form from '../parts/Form.module.css';
import { Refusal } from '../parts/Refusal.tsx';
import { text as aboutKeys } from '../text/keys.ts';
import { text } from '../text/look.ts';

interface Props {
  readonly member: MemberView;
  readonly chat: ChatId;
  readonly onClose: () => void;
}

/** A new invitation in place of one that nobody answered; what it opens of the past is chosen anew. */
export function InviteAgain({ member: { person, role, can }, chat, onClose }: Props) {
  const messenger = useMessenger();
  const { ask, busy, refusal } = useAsk();
  const now = useNow();
  const [draft, setDraft] = useState(() => firstDraft(now));
  const history = can.grant ? choiceOf(draft, now) : ({ is: 'none' } as const);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (history === null) return;
    const withdrawn = await ask(() => messenger.withdraw(chat, person));
    if (!withdrawn.ok) return;
    const answer = await ask(() => messenger.invite(chat, [person], role, history));
    if (answer.ok) onClose();
  };
  return (
    <Dialog title={text('again.title', { name: person.name })} description={text('again.more')} onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        {can.grant ? (
          <HistoryField label={aboutKeys('history.choose')} chat={chat} value={draft} onChange={setDraft} />
        ) : null}
        <Refusal refusal={refusal} />
        <Actions>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy || history === null}>
            {text('again.do')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
