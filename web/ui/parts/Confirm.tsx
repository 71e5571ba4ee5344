import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { Answer } from '../../client/model.ts';
import { useAsk } from '../ask.ts';
import { text } from '../text/text.ts';
import { Actions } from './Actions.tsx';
import { Button } from './Button.tsx';
import css from './Dialog.module.css';
import { Refusal } from './Refusal.tsx';

interface Props {
  readonly title: string;
  /** What is lost. */
  readonly lost: string;
  readonly action: string;
  readonly onClose: () => void;
  readonly work: () => Promise<Answer<unknown>>;
}

/** Asks before something that cannot be taken back. Focus begins on Cancel. */
export function Confirm({ title, lost, action, onClose, work }: Props) {
  const { ask, busy, refusal } = useAsk();
  const go = async () => (await ask(work)).ok && onClose();
  return (
    <AlertDialog.Root defaultOpen onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={css.backdrop} />
        <AlertDialog.Popup className={css.popup}>
          <AlertDialog.Title className={css.title}>{title}</AlertDialog.Title>
          <AlertDialog.Description className={css.description}>{lost}</AlertDialog.Description>
          <Refusal refusal={refusal} />
          <Actions>
            <AlertDialog.Close render={<Button>{text('common.cancel')}</Button>} />
            <Button look="danger" disabled={busy} onClick={go}>
              {action}
            </Button>
          </Actions>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
