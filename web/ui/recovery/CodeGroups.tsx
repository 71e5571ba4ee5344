import { text } from '../text/keys.ts';
import css from './CodeGroups.module.css';
import { codeGroups } from './code.ts';

interface Props {
  readonly code: string;
}

export function CodeGroups({ code }: Props) {
  return (
    <ol className={css.groups} aria-label={text('recovery.code')}>
      {codeGroups(code).map((group, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: its place is what a group is known by
        <li key={at}>
          <span className={css.place} aria-hidden>
            {at + 1}
          </span>
          {group}
        </li>
      ))}
    </ol>
  );
}
