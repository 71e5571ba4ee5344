import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { ConversationView } from '../../client/model.ts';
import { moveFocus } from '../arrows.ts';
import { Button } from '../parts/Button.tsx';
import { text as aboutLooks } from '../text/look.ts';
import { text } from '../text/text.ts';
import { Invite } from './Invite.tsx';
import { MemberRow } from './MemberRow.tsx';
import css from './Members.module.css';
import { Section } from './Section.tsx';

interface Props {
  readonly view: ConversationView;
}

export function Members({ view }: Props) {
  const [inviting, setInviting] = useState(false);
  const invite = (
    <Button small look="quiet" onClick={() => setInviting(true)} aria-haspopup="dialog">
      <UserPlus aria-hidden />
      {text('conversation.invite')}
    </Button>
  );
  const waiting = view.waiting.filter(({ what }) => what === 'invite' || what === 'withdraw');
  const joined = view.members.filter(({ accepted }) => accepted);
  const pending = view.members.filter(({ accepted }) => !accepted);
  return (
    <>
      <Section title={text('chat.members', { count: joined.length })} action={view.can.invite ? invite : null}>
        <MemberList view={view} members={joined} />
      </Section>
      {waiting.length > 0 ? (
        <p className={css.waiting}>
          {aboutLooks('wait.hub', { count: waiting.length, organisation: waiting[0]?.hub.name ?? '' })}
        </p>
      ) : null}
      {pending.length > 0 ? (
        <Section title={text('details.pending')}>
          <MemberList view={view} members={pending} />
        </Section>
      ) : null}
      {inviting ? <Invite view={view} onClose={() => setInviting(false)} /> : null}
    </>
  );
}

function MemberList({
  view,
  members,
}: {
  readonly view: ConversationView;
  readonly members: ConversationView['members'];
}) {
  return (
    <ul className={css.list} onKeyDown={(event) => moveFocus(event, 'button')}>
      {members.map((member) => (
        <MemberRow key={`${member.person.org}${member.person.account}`} member={member} chat={view.chat.chat} />
      ))}
    </ul>
  );
}
