import type { ReactNode } from 'react';
import css from './Actions.module.css';

interface Props {
  readonly children: ReactNode;
}

/** The row of buttons that ends a form; the main one is last. */
export function Actions({ children }: Props) {
  return <div className={css.actions}>{children}</div>;
}
