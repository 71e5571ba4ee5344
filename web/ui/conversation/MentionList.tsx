import { PersonLine } from '../parts/PersonLine.tsx';
import { text } from '../text/text.ts';
import css from './MentionList.module.css';
import type { Mentioning } from './mentioning.ts';

interface Props {
  readonly id: string;
  readonly mentioning: Mentioning;
}

/** Above the text box while a mention is typed. The focus stays in the box. */
export function MentionList({ id, mentioning: { people, chosen, take } }: Props) {
  if (people.length === 0) return null;
  return (
    <div className={css.list} id={id} role="listbox" aria-label={text('composer.mention')}>
      {people.map((person, index) => (
        <button
          type="button"
          key={person.org + person.account}
          id={`${id}-${index}`}
          className={css.person}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(person)}
        >
          <PersonLine person={person} />
        </button>
      ))}
    </div>
  );
}
