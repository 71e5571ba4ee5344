import { pieces } from './links.ts';
import css from './MessageText.module.css';

interface Props {
  readonly text: string;
}

export function MessageText({ text }: Props) {
  return pieces(text).map((piece) =>
    piece.link ? (
      <a key={piece.at} className={css.link} href={piece.text} target="_blank" rel="noopener noreferrer">
        {piece.text}
      </a>
    ) : (
      <span key={piece.at}>{piece.text}</span>
    ),
  );
}
