import { CircleAlert } from 'lucide-react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import css from './Refusal.module.css';

interface Props {
  readonly refusal: RefusalReply | null;
}

/** Why something was not done, where it was asked for. */
export function Refusal({ refusal }: Props) {
  if (refusal === null) return null;
  return (
    <p className={css.refusal} role="alert">
      <CircleAlert aria-hidden />
      <span>{refusal.sentence}</span>
    </p>
  );
}
