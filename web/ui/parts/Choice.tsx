import { useId } from 'react';
import css from './Choice.module.css';

interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly more?: string;
}
interface Props<T extends string> {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
}

/** One of several, each with a sentence that says what it means: real radio buttons, so arrow keys work. */
export function Choice<T extends string>({ label, options, value, onChange, disabled }: Props<T>) {
  const name = useId();
  return (
    <fieldset className={css.choice} disabled={disabled}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={css.option}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          <span>
            <span className={css.name}>{option.label}</span>
            {option.more ? <span className={css.more}>{option.more}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
