import type { PersonView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import { classes } from './classes.ts';
import { initials } from './names.ts';
import { OrgMark } from './OrgMark.tsx';
import css from './PersonAvatar.module.css';

interface Props {
  readonly person: PersonView;
  readonly size?: 'small' | 'normal' | 'row' | 'large';
}

/** Neutral, as people are; an outsider wears the mark of the other organisation. */
export function PersonAvatar({ person, size = 'normal' }: Props) {
  return (
    <span className={classes(css.avatar, css[size], person.disabled && css.away)}>
      <span aria-hidden>{initials(person.name)}</span>
      {person.outsider ? (
        <span className={css.mark} role="img" aria-label={text('chat.outsider', { organisation: person.orgName })}>
          <OrgMark org={person.org} name={person.orgName} />
        </span>
      ) : null}
    </span>
  );
}
