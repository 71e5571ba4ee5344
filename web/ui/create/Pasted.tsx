import { text } from '../text/look.ts';
import css from './Pasted.module.css';
import type { Missed } from './pasting.ts';

interface Props {
  readonly busy: boolean;
  readonly missed: readonly Missed[];
}

/** What became of pasted addresses that were not simply added. */
export function Pasted({ busy, missed }: Props) {
  if (!busy && missed.length === 0) return null;
  return (
    <div className={css.pasted} role="status">
      <p>{text(busy ? 'paste.busy' : 'paste.missed')}</p>
      {busy ? null : (
        <ul>
          {missed.map(({ address, why }) => (
            <li key={address}>
              <span className={css.address}>{address}</span> {why}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
