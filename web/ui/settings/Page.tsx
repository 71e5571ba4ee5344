import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../parts/IconButton.tsx';
import { goBack } from '../place.ts';
import { text } from '../text/text.ts';
import css from './Page.module.css';

interface Props {
  readonly title: string;
  /** Stays in place while the rest scrolls. */
  readonly below?: ReactNode;
  readonly children: ReactNode;
}

/** A page in the middle column: settings, administration. Esc leaves it. */
export function Page({ title, below, children }: Props) {
  const leave = () => goBack({ is: 'chats' });
  return (
    <main
      className={css.page}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && event.currentTarget.contains(event.target as Node)) leave();
      }}
    >
      <header className={css.header}>
        <IconButton className={css.back} icon={ArrowLeft} label={text('common.back')} onClick={leave} />
        <h2 className={css.title}>{title}</h2>
      </header>
      {below}
      <div className={css.body}>
        <div className={css.content}>{children}</div>
      </div>
    </main>
  );
}
