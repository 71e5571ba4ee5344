import { SendHorizontal } from 'lucide-react';
import { useEffect, useId, useLayoutEffect } from 'react';
import type { ConversationView } from '../../client/model.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { text } from '../text/text.ts';
import { AboveComposer } from './AboveComposer.tsx';
import css from './Composer.module.css';
import { useComposing } from './composing.ts';
import { MentionList } from './MentionList.tsx';

interface Props {
  readonly view: ConversationView;
}

export function Composer({ view }: Props) {
  const listId = useId();
  const { box, draft, write, mentioning, excess, ready, send, onKeyDown } = useComposing(view);
  const choosing = mentioning.people.length > 0;
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) box.current?.focus({ preventScroll: true });
  }, [box]);
  useLayoutEffect(() => {
    if (box.current !== null) fitHeight(box.current, draft);
  }, [box, draft]);
  return (
    <footer className={css.composer}>
      <AboveComposer view={view} excess={excess} />
      <MentionList id={listId} mentioning={mentioning} />
      <div className={css.box}>
        <textarea
          ref={box}
          className={css.text}
          rows={1}
          aria-label={text('composer.label', { name: view.chat.name })}
          aria-description={text('composer.keys')}
          aria-autocomplete="list"
          aria-controls={choosing ? listId : undefined}
          aria-activedescendant={choosing ? `${listId}-${mentioning.chosen}` : undefined}
          placeholder={text('composer.hint')}
          value={draft}
          onChange={(event) => write(event.target.value)}
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
