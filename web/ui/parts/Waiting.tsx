import { Spinner } from './Spinner.tsx';
import css from './Waiting.module.css';

/** Fills the place of what is being loaded. */
export function Waiting() {
  return (
    <main className={css.waiting}>
      <Spinner />
    </main>
  );
}
