import { Building2, Hash, Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ChatView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import css from './ChatAvatar.module.css';
import { classes } from './classes.ts';
import { initials } from './names.ts';
import { PersonAvatar } from './PersonAvatar.tsx';
import { useChatImage } from './picture.ts';

interface Props {
  readonly chat: ChatView;
  readonly size?: 'row' | 'large';
}

/** A private chat's ring and lock, in its colour; the sign of a general or public chat; the face of a direct one; its picture in either. */
export function ChatAvatar({ chat, size = 'row' }: Props) {
  const image = useChatImage(chat);
  if (chat.other !== null) return <PersonAvatar person={chat.other} size={size} />;
  const picture = image === null ? null : <img className={css.picture} src={image} alt="" draggable={false} />;
  if (chat.kind !== 'private') {
    const Sign = chat.kind === 'general' ? Building2 : Hash;
    return (
      <span className={classes(css.avatar, css[size])} role="img" aria-label={text(`chat.${chat.kind}`)}>
        {picture ?? <Sign aria-hidden />}
      </span>
    );
  }
  return (
    <PrivateFace colour={chat.colour} size={size}>
      {picture ?? <span aria-hidden>{initials(chat.name)}</span>}
    </PrivateFace>
  );
}

interface FaceProps {
  readonly colour: ChatView['colour'];
  readonly size: 'row' | 'large';
  readonly children: ReactNode;
}

function PrivateFace({ colour, size, children }: FaceProps) {
  return (
    <span className={classes(css.avatar, css.private, css[size])} data-colour={colour}>
      {children}
      <span className={css.lock} role="img" aria-label={text('chat.private')}>
        <Lock aria-hidden />
      </span>
    </span>
  );
}
