import { ShieldAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './Warning.module.css';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

/** Something that a person must know before going on. */
export function Warning({ title, children }: Props) {
  return (
    <div className={css.warning} role="note">
      <ShieldAlert aria-hidden />
      <div>
        <p className={css.title}>{title}</p>
        <p>{children}</p>
      </div>
    </div>
  );
}
