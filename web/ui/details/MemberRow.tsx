import { useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { MemberView } from '../../client/model.ts';
import { useTell } from '../ask.ts';
import { useMe, useMessenger } from '../messenger.ts';
import { samePerson } from '../parts/names.ts';
import { Options } from '../parts/Options.tsx';
import { PersonLine } from '../parts/PersonLine.tsx';
import { text } from '../text/text.ts';
import css from './MemberRow.module.css';
import { memberOptions } from './memberoptions.ts';
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
  const options = memberOptions(member, {
    setRole: (to) => tell(messenger.setRole(chat, person, to)),
    part: setFarewell,
  });
  return (
    <li className={css.row}>
      <PersonLine
        person={person}
        below={belowLine(member, samePerson(person, me))}
        after={
          options.length > 0 ? (
            <Options label={text('details.actions', { name: person.name })} options={options} />
          ) : null
        }
      />
      {farewell === null ? null : (
        <PartWith farewell={farewell} person={person} chat={chat} onClose={() => setFarewell(null)} />
      )}
    </li>
  );
}

function belowLine({ person, role, accepted, invitedBy }: MemberView, own: boolean): string {
  const standing = role === 'member' ? [] : [text(`details.role-${role}`)];
  const pending =
    accepted || invitedBy === null ? person.address : text('details.pending-by', { person: invitedBy.name });
  const rest = person.disabled ? text('details.disabled') : own ? text('common.you') : pending;
  return [...standing, rest].join(' · ');
}
