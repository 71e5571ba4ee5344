import { type FormEvent, useState } from 'react';
import type { ChatView } from '../../client/model.ts';
import { useAsk } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { ChatAvatar } from '../parts/ChatAvatar.tsx';
import { ColourPicker } from '../parts/ColourPicker.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Field } from '../parts/Field.tsx';
import form from '../parts/Form.module.css';
import { Refusal } from '../parts/Refusal.tsx';
import { type PictureChange, PictureField } from '../picture/PictureField.tsx';
import { text } from '../text/look.ts';

interface Props {
  readonly chat: ChatView;
  readonly onClose: () => void;
}

export function LookDialog({ chat, onClose }: Props) {
  const messenger = useMessenger();
  const { ask, busy, refusal } = useAsk();
  const [name, setName] = useState(chat.name);
  const [colour, setColour] = useState(chat.colour);
  const [picture, setPicture] = useState<PictureChange>(undefined);
  const byColour = text('chat.colour-name', { colour: text(`colour.${colour}`) });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const look = { name: name.trim() || null, colour, ...(picture === undefined ? {} : { image: picture }) };
    const answer = await ask(() => messenger.setLook(chat.chat, look));
    if (answer.ok) onClose();
  };
  return (
    <Dialog title={text('look.title')} onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <PictureField
          now={<ChatAvatar chat={{ ...chat, colour, ...(picture === null ? { image: null } : {}) }} size="large" />}
          has={chat.image !== null}
          onChange={setPicture}
        />
        <Field
          label={text('create.name')}
          value={name}
          placeholder={byColour}
          hint={text('details.name-hint', { name: byColour })}
          maxLength={64}
          onChange={(event) => setName(event.target.value)}
        />
        {chat.kind === 'private' ? <ColourPicker value={colour} onChange={setColour} /> : null}
        <Refusal refusal={refusal} />
        <Actions>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy}>
            {text('common.save')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
