import { useState } from 'react';
import { useTell } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { useNow } from '../now.ts';
import { Button } from '../parts/Button.tsx';
import { Options } from '../parts/Options.tsx';
import { OrgMark } from '../parts/OrgMark.tsx';
import { text } from '../text/administration.ts';
import { timeSince } from '../text/time.ts';
import { PartnerFarewell } from './PartnerFarewell.tsx';
import { partnerName } from './partnername.ts';
import { partnerOptions } from './partneroptions.ts';
import css from './Rows.module.css';
import type { Peer } from './routes.ts';

interface Props {
  readonly peer: Peer;
  readonly onChanged: () => void;
}

const moods = { approved: 'plain', seen: 'warn', open: 'plain', blocked: 'bad' } as const;

export function PartnerRow({ peer, onChanged }: Props) {
  const messenger = useMessenger();
  const tell = useTell();
  const now = useNow();
  const name = partnerName(peer);
  const [farewell, setFarewell] = useState<'block' | 'forget' | null>(null);
  const change = async (body: object) => {
    if (await tell(messenger.admin('PATCH /api/v1/admin/peers/:org', { params: { org: peer.org }, body }))) onChanged();
  };
  const close = () => {
    setFarewell(null);
    onChanged();
  };
  return (
    <li className={css.row} data-off={peer.state === 'blocked'}>
      <OrgMark org={peer.org} name={name} />
      <div className={css.words}>
        <p className={css.name}>
          {name}
          {peer.state === 'approved' ? null : (
            <span className={css.tag} data-mood={moods[peer.state]}>
              {text(`admin.partner-${peer.state}`)}
            </span>
          )}
        </p>
        <p className={css.below}>
          {peer.domain} · {contact(peer, now)}
        </p>
        {peer.autoAccept ? <p className={css.below}>{text('admin.partner-trusted')}</p> : null}
        {peer.queued > 0 ? <p className={css.warning}>{text('admin.partner-queued', { count: peer.queued })}</p> : null}
        {peer.warning === null ? null : <p className={css.warning}>{peer.warning}</p>}
      </div>
      {peer.state === 'seen' ? (
        <Button onClick={() => change({ state: 'approved' })}>{text('admin.partner-approve')}</Button>
      ) : null}
      <Options label={text('admin.options', { name })} options={partnerOptions(peer, { change, part: setFarewell })} />
      {farewell === null ? null : <PartnerFarewell peer={peer} farewell={farewell} onClose={close} />}
    </li>
  );
}

function contact({ connected, lastContactAt }: Peer, now: number): string {
  if (connected) return text('admin.partner-connected');
  return text('admin.partner-last', {
    time: lastContactAt === null ? text('time.never') : timeSince(lastContactAt, now),
  });
}
