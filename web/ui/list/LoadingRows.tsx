import { text } from '../text/text.ts';
import css from './LoadingRows.module.css';

/** Grey rows of the size of the real ones, so nothing jumps when those come. */
export function LoadingRows() {
  return (
    <div role="status" aria-label={text('common.loading')} className={css.rows}>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((row) => (
        <div key={row} className={css.row}>
          <span className={css.face} />
          <span className={css.words} />
        </div>
      ))}
    </div>
  );
}
