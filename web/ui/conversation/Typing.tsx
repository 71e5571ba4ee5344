import { listed, text } from '../text/text.ts';
import css from './Typing.module.css';

interface Props {
  readonly names: readonly string[];
}

/** Has its place also when nobody types, so that nothing jumps. */
export function Typing({ names }: Props) {
  return (
    <p className={css.typing}>
      {names.length > 0 ? text('conversation.typing', { names: listed(names), count: names.length }) : ''}
    </p>
  );
}
