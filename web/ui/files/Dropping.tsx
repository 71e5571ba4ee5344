import { FilePlus } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { text } from '../text/files.ts';
import css from './Dropping.module.css';
import { useAttach } from './useattach.ts';

interface Props {
  readonly chat: ChatId;
  readonly name: string;
}

/** Files that are dragged over the window or pasted go to the open chat, which says so while they are above it. */
export function Dropping({ chat, name }: Props) {
  const [above, setAbove] = useState(false);
  const attach = useAttach(chat);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setAbove(true);
    };
    // It has left the window when it has come upon nothing else.
    const leave = (event: DragEvent) => event.relatedTarget === null && setAbove(false);
    const drop = (event: DragEvent) => {
      setAbove(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      attach(wholeFiles(event.dataTransfer));
    };
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0 || isElsewhere(event.target)) return;
      event.preventDefault();
      attach(files);
    };
    addEventListener('dragenter', over);
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    document.addEventListener('paste', paste);
    return () => {
      removeEventListener('dragenter', over);
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
      document.removeEventListener('paste', paste);
    };
  }, [attach]);
  if (!above) return null;
  return (
    <div className={css.target}>
      <FilePlus aria-hidden />
      <p className={css.title}>{text('files.drop', { name })}</p>
      <p>{text('files.drop-more')}</p>
    </div>
  );
}

/** A folder cannot be sent, and reads as an empty file without a type. */
function wholeFiles(data: DataTransfer | null): File[] {
  const items = [...(data?.items ?? [])].filter(({ kind }) => kind === 'file');
  const folders = items.map((item) => item.webkitGetAsEntry()?.isDirectory ?? false);
  return [...(data?.files ?? [])].filter((_, at) => !folders[at]);
}

/** Into a field of a dialog: not meant for the chat. */
function isElsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"]') !== null;
}
