import { ArrowLeft, X } from 'lucide-react';
import { useState } from 'react';
import type { ConversationView, FoundView } from '../../client/model.ts';
import type { SearchQuery } from '../../client/search-model.ts';
import { Field } from '../parts/Field.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { Segments } from '../parts/Segments.tsx';
import { text } from '../text/search.ts';
import css from './History.module.css';
import { Results } from './Results.tsx';
import { useSearching } from './searching.ts';

interface Props {
  readonly view: ConversationView;
  readonly onPick: (found: FoundView) => void;
  readonly onClose: () => void;
}

type Kind = 'all' | NonNullable<SearchQuery['kind']>;
const KINDS: readonly Kind[] = ['all', 'message', 'file', 'link'];
const DAY_MS = 24 * 60 * 60_000;

/** What was said in the chat: searched by words, person, kind and day. */
export function History({ view, onPick, onClose }: Props) {
  const [words, setWords] = useState('');
  const [kind, setKind] = useState<Kind>('all');
  const [person, setPerson] = useState('');
  const [days, setDays] = useState({ from: '', to: '' });
  const who = view.members.find((member) => member.person.account === person)?.person ?? null;
  const { reply, busy, more } = useSearching({
    text: words,
    chat: view.chat.chat,
    who: who && { org: who.org, account: who.account },
    kind: kind === 'all' ? null : kind,
    from: dayStart(days.from),
    to: dayEnd(days.to),
  });
  return (
    <aside
      className={css.history}
      data-over
      aria-label={text('search.title')}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <header className={css.header}>
        <IconButton className={css.back} icon={ArrowLeft} label={text('common.back')} onClick={onClose} />
        <h2 className={css.title}>{text('search.title')}</h2>
        <IconButton className={css.close} icon={X} label={text('search.close')} onClick={onClose} />
      </header>
      <div className={css.asked}>
        <Field
          label={text('search.field')}
          type="search"
          value={words}
          autoFocus
          onChange={(event) => setWords(event.target.value)}
        />
        <Segments
          label={text('search.kind')}
          options={KINDS.map((value) => ({ value, label: text(`search.kind-${value}`) }))}
          value={kind}
          onChange={setKind}
        />
        <label className={css.person}>
          {text('search.person')}
          <select value={person} onChange={(event) => setPerson(event.target.value)}>
            <option value="">{text('search.anybody')}</option>
            {view.members.map((member) => (
              <option key={member.person.account} value={member.person.account}>
                {member.person.name}
              </option>
            ))}
          </select>
        </label>
        <div className={css.days}>
          <Field
            label={text('search.from')}
            type="date"
            value={days.from}
            onChange={(event) => setDays({ ...days, from: event.target.value })}
          />
          <Field
            label={text('search.to')}
            type="date"
            value={days.to}
            onChange={(event) => setDays({ ...days, to: event.target.value })}
          />
        </div>
      </div>
      <div className={css.body}>
        <Results reply={reply} busy={busy} onMore={more} onPick={onPick} />
      </div>
    </aside>
  );
}

function dayStart(day: string): number | null {
  return day === '' ? null : new Date(`${day}T00:00`).getTime();
}

function dayEnd(day: string): number | null {
  const start = dayStart(day);
  return start === null ? null : start + DAY_MS;
}
