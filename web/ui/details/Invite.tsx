import { type FormEvent, useRef, useState } from 'react';
import type { ConversationView, PersonView } from '../../client/model.ts';
import { useAsk, useSay } from '../ask.ts';
import { PeopleField } from '../create/PeopleField.tsx';
import { Reach } from '../create/Reach.tsx';
import { useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import form from '../parts/Form.module.css';
import { outsideNames } from '../parts/names.ts';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/text.ts';

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
  const first = useRef<HTMLInputElement>(null);
  const known = new Set(chat.outside.map(({ name }) => name));
  const fresh = outsideNames(people).filter((name) => !known.has(name));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const who = people.map(({ org, account }) => ({ org, account }));
    const answer = await ask(() => messenger.invite(chat.chat, who, 'member'));
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
        <p className={form.aside}>{text('invite.history')}</p>
        <Refusal refusal={refusal} />
        <Actions>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy || people.length === 0}>
            {text('invite.do', { count: people.length })}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
