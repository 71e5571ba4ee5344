import { useState } from 'react';
import type { PersonView } from '../../client/model.ts';
import { Section } from '../details/Section.tsx';
import { Button } from '../parts/Button.tsx';
import { text } from '../text/keys.ts';
import { Compare } from './Compare.tsx';
import { IdentityMark } from './IdentityMark.tsx';
import css from './PersonSafety.module.css';

interface Props {
  readonly person: PersonView;
}

/** In the details of a direct chat: how sure one can be of the other. */
export function PersonSafety({ person }: Props) {
  const [comparing, setComparing] = useState(false);
  return (
    <Section title={text('safety.section')}>
      <div className={css.safety}>
        <p className={css.sentence}>
          <IdentityMark person={person} />
          {sentenceOf(person)}
        </p>
        {person.identity === 'none' || person.identity === 'unanswered' ? null : (
          <Button small onClick={() => setComparing(true)} aria-haspopup="dialog">
            {text('safety.compare')}
          </Button>
        )}
      </div>
      {comparing ? <Compare person={person} onClose={() => setComparing(false)} /> : null}
    </Section>
  );
}

function sentenceOf({ name, orgName, identity }: PersonView): string {
  if (identity === 'unanswered') return text('safety.unanswered', { name, organisation: orgName });
  if (identity === 'verified') return text('safety.verified');
  if (identity === 'changed') return text('safety.changed', { name });
  return identity === 'none' ? text('safety.no-keys', { name }) : text('safety.not-compared');
}
