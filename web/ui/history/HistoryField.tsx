import { useId } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { useNow } from '../now.ts';
import { Segments } from '../parts/Segments.tsx';
import { text } from '../text/keys.ts';
import { wholeTime } from '../text/time.ts';
import { choiceOf, type Draft, dayOf, kinds } from './choice.ts';
import css from './HistoryField.module.css';
import { reachSentence, useReach } from './reach.ts';

interface Props {
  readonly label: string;
  readonly chat: ChatId;
  readonly value: Draft;
  readonly onChange: (draft: Draft) => void;
  /** Of the choices, the ones that make sense here. */
  readonly offered?: readonly Draft['is'][];
}

/** Which past a newcomer gets, with what that comes to before it is sent (SEAL 4.9). */
export function HistoryField({ label, chat, value, onChange, offered = kinds }: Props) {
  const now = useNow();
  const { reach, refusal } = useReach(chat, choiceOf(value, now));
  const change = (part: Partial<Draft>) => onChange({ ...value, ...part });
  return (
    <div className={css.history}>
      <p className={css.label} aria-hidden>
        {label}
      </p>
      <Segments
        label={label}
        options={offered.map((is) => ({ value: is, label: text(`history.${is}`) }))}
        value={value.is}
        onChange={(is) => change({ is })}
      />
      <div className={css.panel}>
        {value.is === 'since' ? <Day value={value.day} now={now} onChange={change} /> : null}
        {value.is === 'last' ? <Count value={value.count} onChange={change} /> : null}
        {value.is === 'none' || value.is === 'all' ? <p>{text(`history.${value.is}-more`)}</p> : null}
        <p className={css.reach} role="status">
          {reach === null ? refusal?.sentence : reachSentence(reach)}
        </p>
      </div>
    </div>
  );
}

interface DayProps {
  readonly value: string;
  readonly now: number;
  readonly onChange: (part: Partial<Draft>) => void;
}

function Day({ value, now, onChange }: DayProps) {
  const id = useId();
  const begins = Date.parse(value);
  return (
    <div className={css.line}>
      <input
        className={css.input}
        type="date"
        aria-label={text('history.day')}
        aria-describedby={id}
        value={value}
        max={dayOf(now)}
        onChange={(event) => onChange({ day: event.target.value })}
      />
      <span id={id} className={css.more}>
        {Number.isNaN(begins) ? '' : text('history.day-more', { time: wholeTime(begins) })}
      </span>
    </div>
  );
}

function Count({ value, onChange }: Omit<DayProps, 'now'>) {
  const id = useId();
  return (
    <div className={css.line}>
      <input
        id={id}
        className={css.input}
        type="number"
        inputMode="numeric"
        min={1}
        step={1}
        value={value}
        onChange={(event) => onChange({ count: event.target.value })}
      />
      <label htmlFor={id} className={css.more}>
        {text('history.count')}
      </label>
    </div>
  );
}
