import { Hourglass } from 'lucide-react';
import type { PersonView } from '../../client/model.ts';
import { text } from '../text/keys.ts';
import { listed } from '../text/text.ts';
import css from './Keyless.module.css';

interface Props {
  readonly people: readonly PersonView[];
}

/** Who has never signed in has no keys: an invitation can be made all the same, and waits. */
export function Keyless({ people }: Props) {
  const names = people.filter(({ identity }) => identity === 'none').map(({ name }) => name);
  if (names.length === 0) return null;
  return (
    <p className={css.keyless} role="status">
      <Hourglass aria-hidden />
      {text('history.wait-log-in', { names: listed(names), count: names.length })}
    </p>
  );
}
