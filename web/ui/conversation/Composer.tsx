import { SendHorizontal } from 'lucide-react';
import { useId } from 'react';
import type { ConversationView } from '../../client/model.ts';
import { AttachButton } from '../files/AttachButton.tsx';
import { Dropping } from '../files/Dropping.tsx';
import { Tray } from '../files/Tray.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { text } from '../text/text.ts';
import { AboveComposer } from './AboveComposer.tsx';
import css from './Composer.module.css';
import { ComposerBox } from './ComposerBox.tsx';
import { useComposing } from './composing.ts';
import { MentionList } from './MentionList.tsx';

interface Props {
  readonly view: ConversationView;
}

/** Where one writes: what is to be known, what goes with the text, and the text box between its buttons. */
export function Composer({ view }: Props) {
  const listId = useId();
  const composing = useComposing(view);
  return (
    <footer className={css.composer}>
      <AboveComposer view={view} excess={composing.excess} />
      <Tray chat={view.chat.chat} />
      <Dropping chat={view.chat.chat} name={view.chat.name} />
      <MentionList id={listId} mentioning={composing.mentioning} />
      <div className={css.box}>
        <AttachButton chat={view.chat.chat} />
        <ComposerBox name={view.chat.name} composing={composing} listId={listId} />
        <IconButton
          className={css.send}
          icon={SendHorizontal}
          label={text('composer.send')}
          disabled={!composing.ready}
          onClick={composing.send}
        />
      </div>
    </footer>
  );
}
