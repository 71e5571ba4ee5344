import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './classes.ts';
import css from './Field.module.css';

interface Props extends ComponentProps<'input'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly wrong?: string | null;
  readonly after?: ReactNode;
}

/** A labelled input; what is wrong takes the place of the hint, so nothing jumps. */
export function Field({ label, hint, wrong, after, className, ...rest }: Props) {
  const id = useId();
  const below = wrong ?? hint;
  return (
    <div className={classes(css.field, className)}>
      <label htmlFor={id}>{label}</label>
      <div className={css.box}>
        <input
          {...rest}
          id={id}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={below ? `${id}-below` : undefined}
        />
        {after}
      </div>
      {below ? (
        <p id={`${id}-below`} className={wrong ? css.wrong : css.hint} role={wrong ? 'alert' : undefined}>
          {below}
        </p>
      ) : null}
    </div>
  );
}
