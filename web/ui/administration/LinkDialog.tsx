import { type ReactNode, useState } from 'react';
import type { Answer } from '../../client/model.ts';
import { useAsk } from '../ask.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { CopyField } from '../parts/CopyField.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import form from '../parts/Form.module.css';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/administration.ts';
import { wholeTime } from '../text/time.ts';

interface Made {
  readonly value: string;
  readonly expiresAt: number;
}
interface Props {
  readonly title: string;
  readonly more: string;
  readonly label: string;
  readonly action: string;
  readonly make: () => Promise<Answer<Made>>;
  readonly onClose: () => void;
  /** What is chosen before it is made. */
  readonly children?: ReactNode;
}

/** Makes something that is handed on once (a link, a ticket), and shows it with a button to copy. */
export function LinkDialog({ title, more, label, action, make, onClose, children }: Props) {
  const { ask, busy, refusal } = useAsk();
  const [made, setMade] = useState<Made | null>(null);
  const go = async () => {
    const answer = await ask(make);
    if (answer.ok) setMade(answer.value);
  };
  return (
    <Dialog title={title} description={more} onClose={onClose}>
      <div className={form.form}>
        {made === null ? children : <CopyField label={label} value={made.value} />}
        {made === null ? null : (
          <p className={form.aside}>{text('admin.link-until', { time: wholeTime(made.expiresAt) })}</p>
        )}
        <Refusal refusal={refusal} />
        <Actions>
          <Button onClick={onClose}>{text(made === null ? 'common.cancel' : 'common.done')}</Button>
          {made === null ? (
            <Button look="primary" disabled={busy} onClick={go}>
              {action}
            </Button>
          ) : null}
        </Actions>
      </div>
    </Dialog>
  );
}
