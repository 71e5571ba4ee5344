import { Dialog } from '@base-ui/react/dialog';
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, lazy, Suspense, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { kindOf } from '../../client/files/kinds.ts';
import type { FileView } from '../../client/files/views.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { text } from '../text/files.ts';
import { text as plain } from '../text/text.ts';
import { ImageView } from './ImageView.tsx';
import { Player } from './Player.tsx';
import { useSaving } from './saving.ts';
import type { StoredFile } from './stored.ts';
import { TextView } from './TextView.tsx';
import { troubleSentence } from './trouble.ts';
import css from './Viewer.module.css';

const PdfView = lazy(async () => ({ default: (await import('./PdfView.tsx')).PdfView }));

interface Props {
  readonly chat: ChatId;
  readonly files: readonly FileView[];
  readonly first: number;
  readonly onClose: () => void;
}

const ZOOMS = [1, 1.5, 2, 3, 4];

/** One file over the whole window: arrows go on to the next, plus and minus make it larger and smaller, Esc leaves. */
export function Viewer({ chat, files, first, onClose }: Props) {
  const [at, setAt] = useState(first);
  const [zoom, setZoom] = useState(0);
  const { save, trouble } = useSaving(chat);
  const file = files[at];
  if (!file?.sealed) return null;
  const stored: StoredFile = { name: file.name, type: file.type, sealed: file.sealed };
  const go = (to: number) => {
    if (!files[to]?.sealed) return;
    setAt(to);
    setZoom(0);
  };
  const scale = (by: number) => setZoom((now) => Math.min(ZOOMS.length - 1, Math.max(0, now + by)));
  const onKey = ({ key, target }: KeyboardEvent) => {
    if (target instanceof HTMLMediaElement) return;
    if (key === 'ArrowRight') go(at + 1);
    else if (key === 'ArrowLeft') go(at - 1);
    else if (key === '+' || key === '=') scale(1);
    else if (key === '-') scale(-1);
  };
  return (
    <Dialog.Root defaultOpen onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup className={css.viewer} onKeyDown={onKey} aria-label={text('files.viewer')}>
          <header className={css.header}>
            <Dialog.Title className={css.title}>
              <bdi>{file.name}</bdi>
            </Dialog.Title>
            {files.length > 1 ? <span>{text('files.position', { at: at + 1, count: files.length })}</span> : null}
            <IconButton icon={ZoomOut} label={text('files.zoom-out')} disabled={zoom === 0} onClick={() => scale(-1)} />
            <IconButton
              icon={ZoomIn}
              label={text('files.zoom-in')}
              disabled={zoom === ZOOMS.length - 1}
              onClick={() => scale(1)}
            />
            <IconButton icon={Download} label={text('files.save', { name: file.name })} onClick={() => save(stored)} />
            <Dialog.Close render={<IconButton icon={X} label={plain('common.close')} />} />
          </header>
          {trouble ? <p role="alert">{troubleSentence(trouble)}</p> : null}
          <div className={css.body} key={file.id}>
            <Suspense fallback={<Spinner />}>
              <Content chat={chat} file={file} stored={stored} zoom={ZOOMS[zoom] ?? 1} />
            </Suspense>
          </div>
          {files.length > 1 ? (
            <footer className={css.footer}>
              <IconButton
                icon={ChevronLeft}
                label={text('files.previous')}
                disabled={!files[at - 1]?.sealed}
                onClick={() => go(at - 1)}
              />
              <IconButton
                icon={ChevronRight}
                label={text('files.next')}
                disabled={!files[at + 1]?.sealed}
                onClick={() => go(at + 1)}
              />
            </footer>
          ) : null}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ContentProps {
  readonly chat: ChatId;
  readonly file: FileView;
  readonly stored: StoredFile;
  readonly zoom: number;
}

function Content({ chat, file, stored, zoom }: ContentProps) {
  switch (kindOf(file)) {
    case 'image':
      return <ImageView chat={chat} file={file} zoom={zoom} />;
    case 'video':
    case 'audio':
      return <Player chat={chat} file={file} stored={stored} />;
    case 'pdf':
      return <PdfView chat={chat} sealed={stored.sealed} zoom={zoom} />;
    case 'text':
      return <TextView chat={chat} sealed={stored.sealed} />;
    default:
      return <p>{text('files.no-preview')}</p>;
  }
}
