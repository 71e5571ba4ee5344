import { memo } from 'react';
import type { ChatView } from '../../client/model.ts';
import { isMuted } from '../notify/muting.ts';
import { useNow } from '../now.ts';
import { ChatAvatar } from '../parts/ChatAvatar.tsx';
import { placeLink } from '../place.ts';
import { shortWhen, wholeTime } from '../text/time.ts';
import css from './ChatRow.module.css';
import { Counts } from './Counts.tsx';
import { Kept } from './Kept.tsx';
import { Outside } from './Outside.tsx';
import { previewLine } from './preview.ts';

interface Props {
  readonly chat: ChatView;
  readonly open: boolean;
}

export const ChatRow = memo(function ChatRow({ chat, open }: Props) {
  const now = useNow();
  const when = chat.preview?.at ?? chat.lastTime;
  return (
    <li className={css.item}>
      <a
        className={css.row}
        data-row={chat.chat}
        aria-haspopup="menu"
        data-colour={chat.kind === 'private' ? chat.colour : undefined}
        data-unread={chat.unread > 0 || chat.markedUnread}
        aria-current={open ? 'page' : undefined}
        href={placeLink({ is: 'chat', chat: chat.chat, details: false })}
      >
        <ChatAvatar chat={chat} />
        <span className={css.words}>
          <span className={css.line}>
            <span className={css.name}>{chat.name}</span>
            <Outside chat={chat} />
            {when === 0 ? null : (
              <time className={css.time} dateTime={new Date(when).toISOString()} title={wholeTime(when)}>
                {shortWhen(when, now)}
              </time>
            )}
          </span>
          <span className={css.line}>
            <span className={css.preview}>{previewLine(chat)}</span>
            <Kept chat={chat} muted={isMuted(chat, now)} />
            <Counts chat={chat} quiet={isMuted(chat, now) || chat.level !== 'all'} />
          </span>
        </span>
      </a>
    </li>
  );
});
