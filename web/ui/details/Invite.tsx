import { type FormEvent, useRef, useState } from 'react';
import type { ConversationView, PersonView } from '../../client/model.ts';
import { useAsk, useSay } from '../ask.ts';
import { PeopleField } from '../create/PeopleField.tsx';
import { Reach } from '../create/Reach.tsx';
import { choiceOf, firstDraft } from '../history/choice.ts';
import { HistoryField } from '../history/HistoryField.tsx';
import { Keyless } from '../history/Keyless.tsx';
import { useMessenger } from '../messenger.ts';
import { useNow } from '../now.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import form from '../parts/Form.module.css';
import { outsideNames } from '../parts/names.ts';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/keys.ts';

interface Props {
  readonly view: ConversationView;
  readonly onClose: () => void;
}

export function Invite({ view, onClose }: Props) {
  const { chat, can, members } = view;
  const messenger = useMessenger();
  const say = useSay();
  const { ask, busy, refusal } = useAsk();
  const [people, setPeople] = useState<readonly PersonView[]>([]);
  const now = useNow();
  const [draft, setDraft] = useState(() => firstDraft(now));
  const choosing = chat.seal === 'sealed' && can.grantHistory;
  const history = choosing ? choiceOf(draft, now) : ({ is: 'none' } as const);
  const first = useRef<HTMLInputElement>(null);
  const known = new Set(chat.outside.map(({ name }) => name));
  const fresh = outsideNames(people).filter((name) => !known.has(name));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (history === null) return;
    const who = people.map(({ org, account }) => ({ org, account }));
    const answer = await ask(() => messenger.invite(chat.chat, who, 'member', history));
    if (!answer.ok) return;
    say(text('invite.done', { count: people.length }));
    onClose();
  };
  return (
    <Dialog title={text('invite.title', { name: chat.name })} onClose={onClose} first={first}>
      <form className={form.form} onSubmit={submit}>
        <PeopleField
          label={text('create.people')}
          field={first}
          value={people}
          onChange={setPeople}
          without={members.map(({ person }) => person)}
          localOnly={!can.inviteOutsiders}
        />
        <Reach names={fresh} sentence="invite.new-organisation" />
        <Keyless people={people} />
        {choosing ? (
          <HistoryField label={text('history.choose')} chat={chat.chat} value={draft} onChange={setDraft} />
        ) : null}
        <p className={form.aside}>{text(choosing ? 'history.told' : 'invite.history')}</p>
        <Refusal refusal={refusal} />
        <Actions>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy || people.length === 0 || history === null}>
            {text('invite.do', { count: people.length })}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
