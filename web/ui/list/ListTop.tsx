import { Search, Settings, ShieldCheck, X } from 'lucide-react';
import { useMe } from '../messenger.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { IconLink } from '../parts/IconLink.tsx';
import { Mark } from '../parts/Mark.tsx';
import { usePlace } from '../place.ts';
import { text } from '../text/text.ts';
import css from './ListTop.module.css';
import { NewChatButton } from './NewChatButton.tsx';

interface Props {
  readonly search: string;
  readonly onSearch: (search: string) => void;
}

export function ListTop({ search, onSearch }: Props) {
  const me = useMe();
  const place = usePlace();
  return (
    <header className={css.top}>
      <div className={css.line}>
        <Mark />
        <h1 className={css.name}>{me.orgName}</h1>
        {me.administrator ? (
          <IconLink
            icon={ShieldCheck}
            label={text('list.administration')}
            href="#/administration/accounts"
            current={place.is === 'administration'}
          />
        ) : null}
        <IconLink icon={Settings} label={text('list.settings')} href="#/settings" current={place.is === 'settings'} />
      </div>
      <div className={css.line}>
        <div className={css.search}>
          <Search aria-hidden />
          <input
            type="search"
            aria-label={text('list.search')}
            placeholder={text('list.search')}
            value={search}
            onChange={(event) => onSearch(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && onSearch('')}
          />
          {search ? <IconButton small icon={X} label={text('list.clear')} onClick={() => onSearch('')} /> : null}
        </div>
        <NewChatButton />
      </div>
    </header>
  );
}
