import { useCallback, useEffect, useMemo, useRef } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { ConversationView } from '../../client/model.ts';
import { moveFocus } from '../arrows.ts';
import { useMessenger } from '../messenger.ts';
import { text } from '../text/text.ts';
import { Announcer } from './Announcer.tsx';
import { useJumping } from './jumping.ts';
import css from './MessageList.module.css';
import { RowLine } from './RowLine.tsx';
import { useReading } from './reading.ts';
import { toRows } from './rows.ts';
import { useScrolling } from './scrolling.ts';
import { ToNewest } from './ToNewest.tsx';

interface Props {
  readonly view: ConversationView;
}

export function MessageList({ view }: Props) {
  const messenger = useMessenger();
  const { chat, items, hasOlder, loading } = view;
  const list = useRef<VirtualizerHandle>(null);
  const area = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => toRows(items, !hasOlder), [items, hasOlder]);
  const loadOlder = useCallback(() => {
    if (hasOlder && !loading) messenger.loadOlder(chat.chat);
  }, [hasOlder, loading, messenger, chat.chat]);
  const { shift, atBottom, moved, resized, toBottom } = useScrolling(list, rows, loadOlder);
  useReading(view, atBottom);
  useJumping(view, rows, { list, area }, loadOlder);
  useEffect(() => {
    const handle = list.current;
    if (handle && handle.scrollSize <= handle.viewportSize) loadOlder();
  }, [loadOlder]);
  return (
    <div className={css.frame}>
      {loading && hasOlder ? <p className={css.loading}>{text('conversation.loading-older')}</p> : null}
      <section
        ref={area}
        className={css.area}
        aria-label={text('conversation.messages', { name: chat.name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        onKeyDown={(event) => moveFocus(event, '[data-row]')}
      >
        <div className={css.above} />
        <Virtualizer
          ref={list}
          scrollRef={area}
          as="ol"
          item="li"
          data={rows}
          shift={shift}
          onScroll={moved}
          onResize={resized}
        >
          {(row) => <RowLine key={row.key} row={row} chat={chat} />}
        </Virtualizer>
      </section>
      {atBottom ? null : <ToNewest unread={chat.unread} onPress={toBottom} />}
      <Announcer items={items} />
    </div>
  );
}
