import { createPortal } from 'react-dom';
import { useNow } from '../now.ts';
import { text } from '../text/keys.ts';
import { wholeTime } from '../text/time.ts';
import { codeGroups } from './code.ts';
import css from './PrintedCode.module.css';

interface Props {
  readonly code: string;
  readonly address: string;
}

/** What paper gets in the place of the screen. */
export function PrintedCode({ code, address }: Props) {
  const now = useNow();
  return createPortal(
    <section className={css.paper} aria-hidden data-print>
      <p className={css.title}>{text('recovery.file-title', { address })}</p>
      <p className={css.code}>{codeGroups(code).join(' ')}</p>
      <p>{text('recovery.file-made', { date: wholeTime(now) })}</p>
      <p>{text('recovery.file-use')}</p>
    </section>,
    document.body,
  );
}
