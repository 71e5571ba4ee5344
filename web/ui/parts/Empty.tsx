import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './Empty.module.css';

interface Props {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** What stands where nothing is yet: it teaches the next step. */
export function Empty({ icon: Icon, title, children, action }: Props) {
  return (
    <div className={css.empty}>
      <span className={css.icon}>
        <Icon aria-hidden />
      </span>
      <p className={css.title}>{title}</p>
      {children ? <p className={css.more}>{children}</p> : null}
      {action}
    </div>
  );
}
