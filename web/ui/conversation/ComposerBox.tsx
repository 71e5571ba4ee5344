import { useEffect, useLayoutEffect } from 'react';
import { text } from '../text/text.ts';
import css from './ComposerBox.module.css';
import type { Composing } from './composing.ts';

interface Props {
  readonly name: string;
  readonly composing: Composing;
  /** Of the list of people to mention. */
  readonly listId: string;
}

/** The text box alone. It takes the focus where there is a keyboard, and grows with its text. */
export function ComposerBox({ name, composing, listId }: Props) {
  const { box, draft, write, mentioning, onKeyDown } = composing;
  const choosing = mentioning.people.length > 0;
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) box.current?.focus({ preventScroll: true });
  }, [box]);
  useLayoutEffect(() => {
    if (box.current !== null) fitHeight(box.current, draft);
  }, [box, draft]);
  return (
    <textarea
      ref={box}
      className={css.text}
      rows={1}
      aria-label={text('composer.label', { name })}
      aria-description={text('composer.keys')}
      aria-autocomplete="list"
      aria-controls={choosing ? listId : undefined}
      aria-activedescendant={choosing ? `${listId}-${mentioning.chosen}` : undefined}
      placeholder={text('composer.hint')}
      value={draft}
      onChange={(event) => write(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

/** As high as the text, up to what the style allows. An empty draft needs no measuring. */
function fitHeight(box: HTMLTextAreaElement, draft: string): void {
  box.style.height = 'auto';
  if (draft !== '') box.style.height = `${box.scrollHeight}px`;
}
