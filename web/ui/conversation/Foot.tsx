import type { ConversationView } from '../../client/model.ts';
import { Answering } from '../list/Answering.tsx';
import { text } from '../text/text.ts';
import { ContinueSealed } from './ContinueSealed.tsx';
import css from './Foot.module.css';

interface Props {
  readonly view: ConversationView;
}

/** In the place of the text box, where nothing can be written: why, or what to do first. */
export function Foot({ view }: Props) {
  const { chat } = view;
  if (chat.standing === 'invited') {
    return (
      <footer className={css.foot}>
        <p>{text('conversation.invited')}</p>
        <Answering chat={chat} />
      </footer>
    );
  }
  if (chat.standing === 'member' && chat.seal === 'not-sealed') {
    return (
      <footer className={css.foot}>
        <p>{text('seal.continue-more')}</p>
        <ContinueSealed chat={chat.chat} />
      </footer>
    );
  }
  return (
    <footer className={css.foot}>
      <p>{footSentence(chat)}</p>
    </footer>
  );
}

function footSentence({ standing, readOnly }: ConversationView['chat']): string {
  if (standing === 'ended') return text('list.ended');
  return readOnly === null ? text('composer.cannot') : text('composer.read-only', { sentence: readOnly.sentence });
}
