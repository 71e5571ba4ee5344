import { BadgeCheck, ShieldAlert } from 'lucide-react';
import type { PersonView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import css from './IdentityMark.module.css';

interface Props {
  readonly person: PersonView;
}

/** Beside a name: compared and the same, or not the one from before. Nothing where there is nothing to say. */
export function IdentityMark({ person: { identity } }: Props) {
  if (identity !== 'verified' && identity !== 'changed') return null;
  const Sign = identity === 'verified' ? BadgeCheck : ShieldAlert;
  const label = text(`safety.mark-${identity}`);
  return (
    <span className={css.mark} data-identity={identity} title={label} role="img" aria-label={label}>
      <Sign aria-hidden />
    </span>
  );
}
