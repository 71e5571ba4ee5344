import type { ChatView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import { InvitationCard } from './InvitationCard.tsx';
import css from './Invitations.module.css';

interface Props {
  readonly invited: readonly ChatView[];
}

export function Invitations({ invited }: Props) {
  if (invited.length === 0) return null;
  return (
    <section className={css.section} aria-labelledby="invitations">
      <h2 id="invitations" className={css.heading}>
        {text('list.invitations')}
      </h2>
      <ul className={css.cards}>
        {invited.map((chat) => (
          <InvitationCard key={chat.chat} chat={chat} />
        ))}
      </ul>
    </section>
  );
}
