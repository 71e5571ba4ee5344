import { lazy, Suspense, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { moveFocus } from '../arrows.ts';
import { useApp } from '../messenger.ts';
import { text } from '../text/text.ts';
import css from './ChatList.module.css';
import { ChatRow } from './ChatRow.tsx';
import { Filters } from './Filters.tsx';
import { type Filter, shownChats } from './filter.ts';
import { Invitations } from './Invitations.tsx';
import { ListTop } from './ListTop.tsx';
import { LoadingRows } from './LoadingRows.tsx';
import { NoRows } from './NoRows.tsx';
import { useRowMenu } from './rowmenu.ts';

const ChatMenu = lazy(async () => ({ default: (await import('./ChatMenu.tsx')).ChatMenu }));

const Everywhere = lazy(async () => ({ default: (await import('../search/Everywhere.tsx')).Everywhere }));
/** One letter is found everywhere. */
const LEAST_LETTERS = 2;

interface Props {
  readonly open: ChatId | null;
}

export function ChatList({ open }: Props) {
  const { chats, loading } = useApp();
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const { menu, close, handlers } = useRowMenu();
  const pointed = menu && chats.find(({ chat }) => chat === menu.chat);
  const shown = shownChats(chats, filter, search.trim());
  const showAll = () => {
    setSearch('');
    setFilter('all');
  };
  return (
    <nav className={css.list} aria-label={text('list.title')}>
      <ListTop search={search} onSearch={setSearch} />
      <Filters value={filter} onChange={setFilter} />
      <div className={css.rows}>
        <Invitations invited={chats.filter(({ standing }) => standing === 'invited')} />
        {loading && chats.length === 0 ? <LoadingRows /> : null}
        {!loading && shown.length === 0 ? <NoRows search={search} all={chats.length} onShowAll={showAll} /> : null}
        <ul aria-label={text('list.title')} onKeyDown={(event) => moveFocus(event, '[data-row]')} {...handlers}>
          {shown.map((chat) => (
            <ChatRow key={chat.chat} chat={chat} open={chat.chat === open} />
          ))}
        </ul>
        {menu && pointed ? (
          <Suspense>
            <ChatMenu key={menu.chat} chat={pointed} point={menu.point} open={menu.chat === open} onClose={close} />
          </Suspense>
        ) : null}
        {search.trim().length >= LEAST_LETTERS ? (
          <Suspense>
            <Everywhere words={search.trim()} />
          </Suspense>
        ) : null}
      </div>
    </nav>
  );
}
