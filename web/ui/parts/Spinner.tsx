import { text } from '../text/text.ts';
import css from './Spinner.module.css';

interface Props {
  readonly label?: string;
}

/** Shown only after a moment: what is quick needs no spinner. */
export function Spinner({ label = text('common.loading') }: Props) {
  return <span className={css.spinner} role="status" aria-label={label} />;
}
