import { type FormEvent, useState } from 'react';
import { useAsk, useSay } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Field } from '../parts/Field.tsx';
import form from '../parts/Form.module.css';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/administration.ts';
import { partnerName } from './partnername.ts';
import type { Peer } from './routes.ts';

interface Props {
  readonly onClose: () => void;
}

export function AddPartner({ onClose }: Props) {
  const messenger = useMessenger();
  const say = useSay();
  const { ask, busy, refusal } = useAsk();
  const [typed, setTyped] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await ask(() => messenger.admin<Peer>('POST /api/v1/admin/peers', { body: ticketOrDomain(typed) }));
    if (!answer.ok) return;
    say(text('admin.partner-added', { name: partnerName(answer.value) }));
    onClose();
  };
  return (
    <Dialog title={text('admin.partner-add')} description={text('admin.partner-add-more')} onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <Field
          label={text('admin.partner-add-field')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
        />
        <Refusal refusal={refusal} />
        <Actions>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy || typed.trim() === ''}>
            {text('admin.partner-add')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

/** Domains have dots and are short; tickets are long. */
function ticketOrDomain(typed: string): { ticket: string } | { domain: string } {
  const trimmed = typed.trim();
  const isDomain =
    /^[a-z0-9.-]+$/i.test(trimmed) && trimmed.length <= 253 && (trimmed.includes('.') || trimmed === 'localhost');
  return isDomain ? { domain: trimmed.toLowerCase() } : { ticket: trimmed };
}
