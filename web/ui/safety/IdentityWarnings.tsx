import { ShieldAlert } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { ConversationView, MemberView } from '../../client/model.ts';
import { Button } from '../parts/Button.tsx';
import { text } from '../text/text.ts';
import css from './IdentityWarnings.module.css';

const Compare = lazy(async () => ({ default: (await import('./Compare.tsx')).Compare }));
const Readmit = lazy(async () => ({ default: (await import('./Readmit.tsx')).Readmit }));

interface Props {
  readonly view: ConversationView;
}

/** Between header and messages, until it is dealt with: who has other keys than before, and what to do (SEAL 2.5, 4.6). */
export function IdentityWarnings({ view: { chat, members } }: Props) {
  const [open, setOpen] = useState<{ is: 'compare' | 'readmit'; member: MemberView } | null>(null);
  const concerned = members.filter(({ person, waitsFor }) => person.identity === 'changed' || waitsFor === 'readmit');
  const close = () => setOpen(null);
  if (concerned.length === 0 && open === null) return null;
  return (
    <div className={css.warnings} role="status">
      {concerned.map((member) => (
        <div key={member.person.org + member.person.account} className={css.warning}>
          <ShieldAlert aria-hidden />
          <p className={css.sentence}>{sentenceOf(member)}</p>
          <div className={css.actions}>
            {member.person.identity === 'changed' ? (
              <Button small onClick={() => setOpen({ is: 'compare', member })} aria-haspopup="dialog">
                {text('safety.compare')}
              </Button>
            ) : null}
            {member.can.readmit ? (
              <Button small onClick={() => setOpen({ is: 'readmit', member })} aria-haspopup="dialog">
                {text('safety.readmit')}
              </Button>
            ) : null}
          </div>
        </div>
      ))}
      <Suspense>
        {open?.is === 'compare' ? <Compare person={open.member.person} onClose={close} /> : null}
        {open?.is === 'readmit' ? <Readmit person={open.member.person} chat={chat.chat} onClose={close} /> : null}
      </Suspense>
    </div>
  );
}

function sentenceOf({ person, waitsFor }: MemberView): string {
  const name = person.outsider ? `${person.name} (${person.orgName})` : person.name;
  return text(waitsFor === 'readmit' ? 'safety.reset' : 'safety.changed', { name });
}
