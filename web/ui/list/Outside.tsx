import type { ChatView } from '../../client/model.ts';
import { organisationNames } from '../parts/names.ts';
import { OrgMark } from '../parts/OrgMark.tsx';
import { text } from '../text/text.ts';
import css from './Outside.module.css';

interface Props {
  readonly chat: ChatView;
}

const most = 3;

/** Of which other organisations people are in a chat: the name of one person's, the marks of several. */
export function Outside({ chat }: Props) {
  if (chat.outside.length === 0) return null;
  if (chat.other?.outsider) return <span className={css.name}>{chat.other.orgName}</span>;
  return (
    <span
      className={css.marks}
      role="img"
      aria-label={text('chat.outside', { organisations: organisationNames(chat.outside) })}
    >
      {chat.outside.slice(0, most).map(({ org, name }) => (
        <OrgMark key={org} org={org} name={name} />
      ))}
    </span>
  );
}
