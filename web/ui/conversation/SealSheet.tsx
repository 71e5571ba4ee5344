import type { ConversationView } from '../../client/model.ts';
import { useMe } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { text } from '../text/keys.ts';
import { listed } from '../text/text.ts';
import css from './SealSheet.module.css';

interface Props {
  readonly view: ConversationView;
  readonly onClose: () => void;
}

const seen = ['members', 'messages', 'files', 'history'] as const;

/** What sealing promises and what it does not (SEAL 6). */
export function SealSheet({ view: { chat, can }, onClose }: Props) {
  const me = useMe();
  const organisations = listed([me.orgName, ...chat.outside.map(({ name }) => name)]);
  return (
    <Dialog title={text(`seal.${chat.seal}-title`)} onClose={onClose}>
      {chat.seal === 'sealed' ? <Sealed /> : null}
      {chat.seal === 'not-sealed' ? (
        <p className={css.words}>
          {text(can.post ? 'seal.not-sealed-still' : 'seal.not-sealed-more', { organisations })}
        </p>
      ) : null}
      {chat.seal === 'open' ? (
        <p className={css.words}>{text('seal.open-more', { organisation: me.orgName })}</p>
      ) : null}
      <Actions>
        <Button onClick={onClose}>{text('common.close')}</Button>
      </Actions>
    </Dialog>
  );
}

function Sealed() {
  return (
    <div className={css.words}>
      <p className={css.strong}>{text('seal.administrators')}</p>
      <p>{text('seal.nodes-see')}</p>
      <ul className={css.list}>
        {seen.map((what) => (
          <li key={what}>{text(`seal.sees-${what}`)}</li>
        ))}
      </ul>
      <p>{text('seal.never-see')}</p>
    </div>
  );
}
