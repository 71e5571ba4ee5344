import { useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { MemberView, PersonView } from '../../client/model.ts';
import { useTell } from '../ask.ts';
import { GrantHistory } from '../history/GrantHistory.tsx';
import { useMe, useMessenger } from '../messenger.ts';
import { samePerson } from '../parts/names.ts';
import { Options } from '../parts/Options.tsx';
import { PersonLine } from '../parts/PersonLine.tsx';
import { Compare } from '../safety/Compare.tsx';
import { Readmit } from '../safety/Readmit.tsx';
import { text } from '../text/keys.ts';
import { text as aboutLooks } from '../text/look.ts';
import { InviteAgain } from './InviteAgain.tsx';
import css from './MemberRow.module.css';
import { type MemberDialog, memberOptions } from './memberoptions.ts';
import { type Farewell, PartWith } from './PartWith.tsx';

interface Props {
  readonly member: MemberView;
  readonly chat: ChatId;
}

export function MemberRow({ member, chat }: Props) {
  const messenger = useMessenger();
  const me = useMe();
  const tell = useTell();
  const [farewell, setFarewell] = useState<Farewell | null>(null);
  const { person } = member;
  const [dialog, setDialog] = useState<MemberDialog | null>(null);
  const close = () => setDialog(null);
  const own = samePerson(person, me);
  const options = memberOptions(member, own, {
    open: setDialog,
    setRole: (to) => tell(messenger.setRole(chat, person, to)),
    part: setFarewell,
  });
  return (
    <li className={css.row}>
      <PersonLine
        person={person}
        below={belowLine(member, own)}
        after={
          options.length > 0 ? (
            <Options label={text('details.actions', { name: person.name })} options={options} />
          ) : null
        }
      />
      {dialog === 'compare' ? <Compare person={person} onClose={close} /> : null}
      {dialog === 'readmit' ? <Readmit person={person} chat={chat} onClose={close} /> : null}
      {dialog === 'again' ? <InviteAgain member={member} chat={chat} onClose={close} /> : null}
      {dialog === 'grant' ? <GrantHistory person={person} chat={chat} onClose={close} /> : null}
      {farewell === null ? null : (
        <PartWith farewell={farewell} person={person} chat={chat} onClose={() => setFarewell(null)} />
      )}
    </li>
  );
}

function waiting({ orgName }: PersonView, what: NonNullable<MemberView['waitsFor']>): string {
  if (what === 'answer') return text('details.wait-answer', { organisation: orgName });
  if (what === 'organisation' || what === 'person') return aboutLooks(`wait.${what}`, { organisation: orgName });
  return text(`details.wait-${what}`);
}

function belowLine({ person, role, accepted, invitedBy, waitsFor }: MemberView, own: boolean): string {
  const standing = role === 'member' ? [] : [text(`details.role-${role}`)];
  const by = accepted || invitedBy === null ? [] : [text('details.pending-by', { person: invitedBy.name })];
  if (person.disabled) return [...standing, text('details.disabled')].join(' · ');
  if (waitsFor !== null) return [...standing, ...by, waiting(person, waitsFor)].join(' · ');
  return [...standing, ...(own ? [text('common.you')] : by.length > 0 ? by : [person.address])].join(' · ');
}
