import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { text } from '../text/text.ts';
import { Sheet } from './Sheet.tsx';
import css from './Words.module.css';

interface Props {
  readonly organisation: string;
  readonly words: readonly string[];
  readonly onLater: () => void;
  readonly onWritten: () => void;
}

export function Words({ organisation, words, onLater, onWritten }: Props) {
  return (
    <Sheet wide title={text('phrase.title', { organisation })} more={text('phrase.why')}>
      <ol className={css.words} aria-label={text('phrase.words')}>
        {numbered(words).map(({ word, number }) => (
          <li key={number}>
            <span className={css.number}>{number}</span>
            {word}
          </li>
        ))}
      </ol>
      <p className={css.never}>{text('phrase.never')}</p>
      <Actions>
        <Button large look="quiet" onClick={onLater}>
          {text('phrase.later')}
        </Button>
        <Button large look="primary" onClick={onWritten}>
          {text('phrase.written')}
        </Button>
      </Actions>
    </Sheet>
  );
}

/** A word may come twice; its number does not. */
function numbered(words: readonly string[]): { word: string; number: number }[] {
  return words.map((word, index) => ({ word, number: index + 1 }));
}
