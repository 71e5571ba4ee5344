import { useId } from 'react';
import { text } from '../text/text.ts';
import css from './Filters.module.css';
import { FILTERS, type Filter } from './filter.ts';

interface Props {
  readonly value: Filter;
  readonly onChange: (filter: Filter) => void;
}

export function Filters({ value, onChange }: Props) {
  const name = useId();
  return (
    <div className={css.filters} role="radiogroup" aria-label={text('list.filters')}>
      {FILTERS.map((filter) => (
        <label key={filter} className={css.filter}>
          <input
            className="hidden"
            type="radio"
            name={name}
            checked={filter === value}
            onChange={() => onChange(filter)}
          />
          {text(`list.${filter}`)}
        </label>
      ))}
    </div>
  );
}
