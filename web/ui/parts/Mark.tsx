import { classes } from './classes.ts';
import css from './Mark.module.css';

interface Props {
  readonly large?: boolean;
}

/** The sign of the program. */
export function Mark({ large = false }: Props) {
  return (
    <svg aria-hidden className={classes(css.mark, large && css.large)} viewBox="0 0 64 64">
      <rect width="64" height="64" rx="16" className={css.ground} />
      <path d="M44 21.5A16 16 0 1 0 44 42.5" className={css.line} strokeWidth="6" />
      <circle cx="32" cy="29.5" r="4.5" className={css.dot} />
      <path d="M32 31v9" className={css.line} strokeWidth="5" />
    </svg>
  );
}
