import { Pencil } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { ConversationView } from '../../client/model.ts';
import { useMe } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { ChatAvatar } from '../parts/ChatAvatar.tsx';
import { text } from '../text/look.ts';
import css from './About.module.css';

const LookDialog = lazy(async () => ({ default: (await import('./LookDialog.tsx')).LookDialog }));

interface Props {
  readonly view: ConversationView;
}

export function About({ view }: Props) {
  const { chat, can } = view;
  const { orgName: organisation } = useMe();
  const [editing, setEditing] = useState(false);
  const sentence =
    chat.kind === 'private' || chat.kind === 'direct'
      ? text(`details.about-${chat.kind}`)
      : text(`details.about-${chat.kind}`, { organisation });
  return (
    <div className={css.about}>
      <ChatAvatar chat={chat} size="large" />
      <p className={css.name}>{chat.name}</p>
      <p className={css.sentence}>{sentence}</p>
      {chat.acceptedFrom ? (
        <p className={css.sentence}>{text('look.accepted-for-you', { organisation: chat.acceptedFrom.name })}</p>
      ) : null}
      {can.look && chat.kind !== 'direct' ? (
        <Button small onClick={() => setEditing(true)} aria-haspopup="dialog">
          <Pencil aria-hidden />
          {text('look.edit')}
        </Button>
      ) : null}
      {editing ? (
        <Suspense>
          <LookDialog chat={chat} onClose={() => setEditing(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
