import { Hourglass } from 'lucide-react';
import type { PersonView } from '../../client/model.ts';
import { text } from '../text/keys.ts';
import { listed } from '../text/text.ts';
import css from './Keyless.module.css';

interface Props {
  readonly people: readonly PersonView[];
}

/** Who has never signed in has no keys, and of others they are not known yet: an invitation can be made all the same, and waits. */
export function Keyless({ people }: Props) {
  const names = people.filter(({ identity }) => identity === 'none').map(({ name }) => name);
  const silent = Map.groupBy(
    people.filter(({ identity }) => identity === 'unanswered'),
    ({ orgName }) => orgName,
  );
  return (
    <>
      {names.length === 0 ? null : (
        <Line>{text('history.wait-log-in', { names: listed(names), count: names.length })}</Line>
      )}
      {[...silent].map(([organisation, each]) => (
        <Line key={organisation}>
          {text('history.wait-answer', { organisation, names: listed(each.map(({ name }) => name)) })}
        </Line>
      ))}
    </>
  );
}

function Line({ children }: { readonly children: string }) {
  return (
    <p className={css.keyless} role="status">
      <Hourglass aria-hidden />
      {children}
    </p>
  );
}
