import { memo } from 'react';
import type { ChatView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import { DayLine } from './DayLine.tsx';
import { Message } from './Message.tsx';
import { NoticeLine } from './NoticeLine.tsx';
import css from './RowLine.module.css';
import type { Row } from './rows.ts';

interface Props {
  readonly row: Row;
  readonly chat: ChatView;
}

export const RowLine = memo(function RowLine({ row, chat }: Props) {
  return <div className={css.row}>{lineOf(row, chat)}</div>;
});

function lineOf(row: Row, chat: ChatView) {
  switch (row.is) {
    case 'beginning':
      return <p className={css.beginning}>{text('conversation.beginning', { name: chat.name })}</p>;
    case 'day':
      return <DayLine at={row.at} />;
    case 'unread':
      return (
        <p className={css.unread}>
          <span>{text('conversation.new')}</span>
        </p>
      );
    case 'notice':
      return <NoticeLine notice={row.notice} />;
    case 'message':
      return <Message row={row} chat={chat.chat} direct={chat.kind === 'direct'} />;
  }
}
