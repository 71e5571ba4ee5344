import { ArrowLeft, History, PanelRight, UserPlus } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { ConversationView } from '../../client/model.ts';
import { useInviting } from '../list/inviting.ts';
import { BellButton } from '../notify/BellButton.tsx';
import { Button } from '../parts/Button.tsx';
import { ChatAvatar } from '../parts/ChatAvatar.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { goBack, goTo } from '../place.ts';
import { IdentityMark } from '../safety/IdentityMark.tsx';
import { text } from '../text/text.ts';
import css from './Header.module.css';
import { Who } from './Who.tsx';

const Invite = lazy(async () => ({ default: (await import('../details/Invite.tsx')).Invite }));

interface Props {
  readonly view: ConversationView;
  readonly details: boolean;
  /** The history is open beside it. */
  readonly history: boolean;
  readonly onHistory: () => void;
}

export function Header({ view, details, history, onHistory }: Props) {
  const { chat, can } = view;
  const [inviting, setInviting] = useInviting(chat.chat);
  const toggle = () => {
    if (details) goBack({ is: 'chat', chat: chat.chat, details: false });
    else goTo({ is: 'chat', chat: chat.chat, details: true });
  };
  return (
    <header className={css.header}>
      <IconButton
        icon={ArrowLeft}
        label={text('common.back')}
        className={css.back}
        onClick={() => goBack({ is: 'chats' })}
      />
      <ChatAvatar chat={chat} />
      <div className={css.words}>
        <h2 className={css.name}>
          <span>{chat.name}</span>
          {chat.other === null ? null : <IdentityMark person={chat.other} />}
        </h2>
        <Who view={view} />
      </div>
      <IconButton icon={History} label={text('conversation.history')} aria-pressed={history} onClick={onHistory} />
      {chat.standing === 'member' ? <BellButton chat={chat} /> : null}
      {can.invite ? (
        <Button className={css.invite} onClick={() => setInviting(true)} aria-haspopup="dialog">
          <UserPlus aria-hidden />
          <span className={css.label}>{text('conversation.invite')}</span>
        </Button>
      ) : null}
      <IconButton icon={PanelRight} label={text('conversation.details')} aria-pressed={details} onClick={toggle} />
      {inviting && can.invite ? (
        <Suspense>
          <Invite view={view} onClose={() => setInviting(false)} />
        </Suspense>
      ) : null}
    </header>
  );
}
