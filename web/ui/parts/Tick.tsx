import css from './Tick.module.css';

interface Props {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  /** What is wrong while it is not ticked. */
  readonly wrong?: string | null;
}

/** Something that a person states. */
export function Tick({ label, value, onChange, wrong = null }: Props) {
  return (
    <div>
      <label className={css.tick}>
        <input
          type="checkbox"
          checked={value}
          onChange={(event) => onChange(event.target.checked)}
          aria-invalid={wrong === null ? undefined : true}
        />
        {label}
      </label>
      {wrong === null ? null : (
        <p className={css.wrong} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
