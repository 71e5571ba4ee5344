import { Building2, Hash, Lock } from 'lucide-react';
import type { ChatView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import css from './ChatAvatar.module.css';
import { classes } from './classes.ts';
import { initials } from './names.ts';
import { PersonAvatar } from './PersonAvatar.tsx';

interface Props {
  readonly chat: ChatView;
  readonly size?: 'row' | 'large';
}

/** A private chat's ring and lock, in its colour; the sign of a general or public chat; the face of a direct one. */
export function ChatAvatar({ chat, size = 'row' }: Props) {
  if (chat.other !== null) return <PersonAvatar person={chat.other} size={size} />;
  if (chat.kind !== 'private') {
    const Sign = chat.kind === 'general' ? Building2 : Hash;
    return (
      <span className={classes(css.avatar, css[size])} role="img" aria-label={text(`chat.${chat.kind}`)}>
        <Sign aria-hidden />
      </span>
    );
  }
  return (
    <span className={classes(css.avatar, css.private, css[size])} data-colour={chat.colour}>
      <span aria-hidden>{initials(chat.name)}</span>
      <span className={css.lock} role="img" aria-label={text('chat.private')}>
        <Lock aria-hidden />
      </span>
    </span>
  );
}
