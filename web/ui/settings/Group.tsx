import { type ReactNode, useId } from 'react';
import css from './Group.module.css';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

export function Group({ title, children }: Props) {
  const id = useId();
  return (
    <section className={css.group} aria-labelledby={id}>
      <h3 id={id} className={css.title}>
        {title}
      </h3>
      {children}
    </section>
  );
}
