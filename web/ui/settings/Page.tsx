import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../parts/IconButton.tsx';
import { goBack, type Place } from '../place.ts';
import { text } from '../text/text.ts';
import css from './Page.module.css';

interface Props {
  readonly title: string;
  /** Where one comes from. */
  readonly from?: Place;
  /** Stays in place while the rest scrolls. */
  readonly below?: ReactNode;
  readonly children: ReactNode;
}

/** A page in the middle column: settings, administration. Esc leaves it. */
export function Page({ title, from = { is: 'chats' }, below, children }: Props) {
  const leave = () => goBack(from);
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
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.body} aria-label={title} tabIndex={0}>
        <div className={css.content}>{children}</div>
      </section>
    </main>
  );
}
