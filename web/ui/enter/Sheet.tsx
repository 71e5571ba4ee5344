import type { ReactNode } from 'react';
import { classes } from '../parts/classes.ts';
import { Mark } from '../parts/Mark.tsx';
import { text } from '../text/text.ts';
import css from './Sheet.module.css';

interface Props {
  readonly title: string;
  readonly more?: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The one sheet in the middle that everything before the chats stands on. */
export function Sheet({ title, more, wide = false, children }: Props) {
  return (
    <main className={css.page}>
      <div className={classes(css.sheet, wide && css.wide)}>
        <Mark large />
        <h1 className={css.title}>{title}</h1>
        {more ? <p className={css.more}>{more}</p> : null}
        {children}
      </div>
      <p className={css.foot}>{text('app.slogan')}</p>
    </main>
  );
}
