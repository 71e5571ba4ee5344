import { Globe } from 'lucide-react';
import { listed, text } from '../text/text.ts';
import css from './Reach.module.css';

interface Props {
  readonly names: readonly string[];
  readonly sentence: 'create.reach' | 'invite.new-organisation';
}

/** Before the first message that reaches a new organisation: which one, in words. */
export function Reach({ names, sentence }: Props) {
  if (names.length === 0) return null;
  return (
    <p className={css.reach} role="status">
      <Globe aria-hidden />
      {text(sentence, { organisations: listed(names) })}
    </p>
  );
}
