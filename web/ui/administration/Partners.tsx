import { Handshake, Plus, Ticket } from 'lucide-react';
import { useState } from 'react';
import { moveFocus } from '../arrows.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { text } from '../text/administration.ts';
import { AddPartner } from './AddPartner.tsx';
import { useRead } from './admin.ts';
import { LinkDialog } from './LinkDialog.tsx';
import { Loading } from './Loading.tsx';
import { makeTicket } from './made.ts';
import { PartnerRow } from './PartnerRow.tsx';
import css from './Rows.module.css';
import type { Peer } from './routes.ts';

export function Partners() {
  const messenger = useMessenger();
  const { value, refusal, again } = useRead<{ peers: Peer[] }>('GET /api/v1/admin/peers');
  const [open, setOpen] = useState<'ticket' | 'add' | null>(null);
  if (value === null) return <Loading refusal={refusal} again={again} />;
  const close = () => {
    setOpen(null);
    again();
  };
  return (
    <>
      <div className={css.bar}>
        <Button onClick={() => setOpen('add')} aria-haspopup="dialog">
          <Plus aria-hidden />
          {text('admin.partner-add')}
        </Button>
        <Button look="primary" onClick={() => setOpen('ticket')} aria-haspopup="dialog">
          <Ticket aria-hidden />
          {text('admin.ticket-make')}
        </Button>
      </div>
      {value.peers.length === 0 ? (
        <Empty icon={Handshake} title={text('admin.partners-empty')}>
          {text('admin.partners-empty-more')}
        </Empty>
      ) : (
        <ul className={css.list} onKeyDown={(event) => moveFocus(event, 'button')} aria-label={text('admin.partners')}>
          {value.peers.map((peer) => (
            <PartnerRow key={peer.org} peer={peer} onChanged={again} />
          ))}
        </ul>
      )}
      {open === 'add' ? <AddPartner onClose={close} /> : null}
      {open === 'ticket' ? (
        <LinkDialog
          title={text('admin.ticket-title')}
          more={text('admin.ticket-more')}
          label={text('admin.ticket')}
          action={text('admin.ticket-make')}
          make={() => makeTicket(messenger)}
          onClose={close}
        />
      ) : null}
    </>
  );
}
