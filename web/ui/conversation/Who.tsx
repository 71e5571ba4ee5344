import type { ConversationView } from '../../client/model.ts';
import { useMe } from '../messenger.ts';
import { OrgChip } from '../parts/OrgChip.tsx';
import { text } from '../text/text.ts';
import { SealMark } from './SealMark.tsx';
import css from './Who.module.css';

interface Props {
  readonly view: ConversationView;
}

/** Under the chat's name: who can read along, how many there are, and of which organisations. */
export function Who({ view }: Props) {
  const { chat } = view;
  const me = useMe();
  if (chat.other !== null) {
    const { other } = chat;
    return (
      <p className={css.who}>
        <SealMark view={view} />
        {other.outsider ? <OrgChip org={other.org} name={other.orgName} /> : null}
        <span className={css.rest}>{other.address}</span>
      </p>
    );
  }
  return (
    <p className={css.who}>
      <SealMark view={view} />
      <span className={css.count}>{text('chat.members', { count: chat.memberCount })}</span>
      {chat.outside.length > 0 ? (
        <>
          <span className={css.own}>
            <OrgChip own org={me.org} name={me.orgName} />
          </span>
          {chat.outside.map(({ org, name }) => (
            <OrgChip key={org} org={org} name={name} />
          ))}
        </>
      ) : (
        <span className={css.rest}>{me.orgName}</span>
      )}
    </p>
  );
}
