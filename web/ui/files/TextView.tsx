import { useEffect, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { SealedBlob } from '../../client/files/views.ts';
import { Spinner } from '../parts/Spinner.tsx';
import { text } from '../text/files.ts';
import { useFileSource } from './source.ts';
import { type Trouble, troubleOf, troubleSentence } from './trouble.ts';
import css from './Viewer.module.css';

const SHOWN = 128 * 1024;

interface Props {
  readonly chat: ChatId;
  readonly sealed: SealedBlob;
}

/** The beginning of a text, as letters and nothing else. */
export function TextView({ chat, sealed }: Props) {
  const source = useFileSource();
  const [seen, setSeen] = useState<string | Trouble | null>(null);
  useEffect(() => {
    let over = false;
    const load = async () => {
      const bytes = await (await source.read(chat, sealed)).bytes(0, SHOWN);
      return new TextDecoder().decode(bytes);
    };
    load().then(
      (found) => !over && setSeen(found),
      (error: unknown) => !over && setSeen(troubleOf(error)),
    );
    return () => {
      over = true;
    };
  }, [source, chat, sealed]);
  if (seen === null) return <Spinner />;
  if (typeof seen !== 'string') return <p role="alert">{troubleSentence(seen)}</p>;
  return (
    <div className={css.text}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{seen}</pre>
      {sealed.size > SHOWN ? <p>{text('files.text-cut')}</p> : null}
    </div>
  );
}
