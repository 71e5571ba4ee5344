import { SendHorizontal } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import type { ConversationView } from '../../client/model.ts';
import { useTell } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { text } from '../text/text.ts';
import { AboveComposer } from './AboveComposer.tsx';
import css from './Composer.module.css';
import { tooLongBy } from './composing.ts';
import { useDraft } from './draft.ts';

interface Props {
  readonly view: ConversationView;
}

export function Composer({ view }: Props) {
  const { chat } = view.chat;
  const messenger = useMessenger();
  const tell = useTell();
  const [draft, keep] = useDraft(chat);
  const box = useRef<HTMLTextAreaElement>(null);
  const excess = tooLongBy(draft);
  const ready = draft.trim() !== '' && excess === 0;
  const send = async () => {
    if (!ready) return;
    keep('');
    box.current?.focus();
    if (!(await tell(messenger.send(chat, draft.trim(), [])))) keep(draft);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) box.current?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    if (box.current !== null) fitHeight(box.current, draft);
  }, [draft]);
  return (
    <footer className={css.composer}>
      <AboveComposer view={view} excess={excess} />
      <div className={css.box}>
        <textarea
          ref={box}
          className={css.text}
          rows={1}
          aria-label={text('composer.label', { name: view.chat.name })}
          aria-description={text('composer.keys')}
          placeholder={text('composer.hint')}
          value={draft}
          onChange={(event) => {
            keep(event.target.value);
            messenger.typing(chat);
          }}
          onKeyDown={onKeyDown}
        />
        <IconButton
          className={css.send}
          icon={SendHorizontal}
          label={text('composer.send')}
          disabled={!ready}
          onClick={send}
        />
      </div>
    </footer>
  );
}

/** As high as the text, up to what the style allows. An empty draft needs no measuring. */
function fitHeight(box: HTMLTextAreaElement, draft: string): void {
  box.style.height = 'auto';
  if (draft !== '') box.style.height = `${box.scrollHeight}px`;
}
