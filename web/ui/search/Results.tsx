import { SearchX } from 'lucide-react';
import type { FoundView, SearchReply } from '../../client/model.ts';
import type { FoundText, SearchProgress } from '../../client/search-model.ts';
import { moveFocus } from '../arrows.ts';
import { Button } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { PersonAvatar } from '../parts/PersonAvatar.tsx';
import { text } from '../text/search.ts';
import { clockTime, dateName, dayName, startOfDay } from '../text/time.ts';
import css from './Results.module.css';
import { foundKey } from './searching.ts';

interface Props {
  readonly reply: SearchReply | null;
  readonly busy: boolean;
  readonly onMore: () => void;
  readonly onPick: (found: FoundView) => void;
  /** In which chat each was said. */
  readonly withChat?: boolean;
}

/** What was found, by day, newest first: arrows move, Enter goes there. */
export function Results({ reply, busy, onMore, onPick, withChat = false }: Props) {
  if (reply === null) return <p className={css.note}>{text('search.busy')}</p>;
  return (
    <div className={css.results} aria-busy={busy}>
      <p className={css.note} role="status">
        {reply.unreachable ? text('search.unreachable') : progressText(reply.progress)}
      </p>
      {reply.found.length === 0 && !busy ? (
        <Empty icon={SearchX} title={text('search.none')}>
          {text('search.none-more')}
        </Empty>
      ) : null}
      <ul aria-label={text('search.results')} onKeyDown={(event) => moveFocus(event, '[data-found]')}>
        {reply.found.map((found, i) => (
          <li key={foundKey(found)}>
            {isNewDay(found, reply.found[i - 1]) ? <p className={css.day}>{dayName(found.at, Date.now())}</p> : null}
            <Row found={found} withChat={withChat} onPick={onPick} />
          </li>
        ))}
      </ul>
      {reply.more === null ? null : <Button onClick={onMore}>{text('search.more')}</Button>}
    </div>
  );
}

function Row({ found, withChat, onPick }: { found: FoundView; withChat: boolean; onPick: (found: FoundView) => void }) {
  const { author, chat, files } = found;
  return (
    <button type="button" className={css.row} data-found onClick={() => onPick(found)}>
      <PersonAvatar person={author} size="small" />
      <span className={css.words}>
        <span className={css.line}>
          <span className={css.name}>{author.name}</span>
          {withChat ? <span className={css.chat}>{chat.name}</span> : null}
          <time className={css.time}>{clockTime(found.at)}</time>
        </span>
        <span className={css.text} dir="auto">
          <Marked parts={found.text} />
        </span>
        {files.map((name) => (
          <span key={name.map((part) => part.text).join('')} className={css.file} dir="auto">
            <Marked parts={name} />
          </span>
        ))}
      </span>
    </button>
  );
}

function Marked({ parts }: { parts: FoundText }) {
  let at = 0;
  return parts.map((part) => {
    const key = at;
    at += part.text.length;
    return part.hit ? <mark key={key}>{part.text}</mark> : <span key={key}>{part.text}</span>;
  });
}

function isNewDay({ at }: FoundView, before: FoundView | undefined): boolean {
  return before === undefined || startOfDay(before.at) !== startOfDay(at);
}

function progressText(progress: SearchProgress): string {
  if (progress.is === 'whole') return '';
  if (progress.is === 'unavailable') return text('search.unavailable');
  if (progress.back === null) return text('search.begun');
  const said = { day: dateName(progress.back), percent: Math.floor(progress.share * 100) };
  return progress.is === 'filling' ? text('search.back', said) : text('search.waiting', said);
}
