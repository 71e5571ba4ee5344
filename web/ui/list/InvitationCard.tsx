import type { ChatView } from '../../client/model.ts';
import { ChatAvatar } from '../parts/ChatAvatar.tsx';
import { text } from '../text/text.ts';
import { Answering } from './Answering.tsx';
import css from './InvitationCard.module.css';

interface Props {
  readonly chat: ChatView;
}

export function InvitationCard({ chat }: Props) {
  return (
    <li className={css.card} data-colour={chat.kind === 'private' ? chat.colour : undefined}>
      <div className={css.what}>
        <ChatAvatar chat={chat} />
        <span className={css.words}>
          <span className={css.name}>{chat.name}</span>
          <span className={css.by}>{invitationLine(chat)}</span>
        </span>
      </div>
      <Answering chat={chat} />
    </li>
  );
}

function invitationLine({ kind, invitedBy }: ChatView): string {
  const person = invitedBy?.name ?? text('common.nobody');
  const sentence = kind === 'direct' ? 'list.invited-direct' : 'list.invited-by';
  if (invitedBy?.outsider) return text(`${sentence}-from`, { person, organisation: invitedBy.orgName });
  return text(sentence, { person });
}
