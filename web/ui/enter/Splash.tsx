import { Mark } from '../parts/Mark.tsx';
import { text } from '../text/text.ts';
import css from './Splash.module.css';

export function Splash() {
  return (
    <main className={css.splash} aria-busy="true" aria-label={text('app.starting')}>
      <Mark large />
    </main>
  );
}
