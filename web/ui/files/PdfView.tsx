import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { SealedBlob } from '../../client/files/views.ts';
import { Button } from '../parts/Button.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { text } from '../text/files.ts';
import { drawPage, openPdf } from './pdf.ts';
import { useFileSource } from './source.ts';
import { type Trouble, troubleOf, troubleSentence } from './trouble.ts';
import css from './Viewer.module.css';

interface Props {
  readonly chat: ChatId;
  readonly sealed: SealedBlob;
  readonly zoom: number;
}

/** Page by page, each drawn when it is turned to. */
export function PdfView({ chat, sealed, zoom }: Props) {
  const source = useFileSource();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pdf, setPdf] = useState<PDFDocumentProxy | Trouble | null>(null);
  const [page, setPage] = useState(1);
  useEffect(() => {
    let over = false;
    let opened: PDFDocumentProxy | null = null;
    const open = async () => openPdf(await source.read(chat, sealed));
    open().then(
      (found) => {
        opened = found;
        if (over) void found.loadingTask.destroy();
        else setPdf(found);
      },
      (error: unknown) => !over && setPdf(troubleOf(error)),
    );
    return () => {
      over = true;
      void opened?.loadingTask.destroy();
    };
  }, [source, chat, sealed]);
  const isOpen = pdf !== null && !('is' in pdf);
  useEffect(() => {
    if (!pdf || 'is' in pdf || !canvas.current) return;
    const width = Math.min(1_000, innerWidth) * devicePixelRatio * zoom;
    void drawPage(pdf, page, width, canvas.current).catch((error: unknown) => setPdf(troubleOf(error)));
  }, [pdf, page, zoom]);
  if (pdf === null) return <Spinner />;
  if (!isOpen) return <p role="alert">{troubleSentence(pdf)}</p>;
  const pages = pdf.numPages;
  const label = text('files.page', { page, pages });
  return (
    <div className={css.pdf}>
      <canvas ref={canvas} className={css.page} style={{ width: `${zoom * 100}%` }} role="img" aria-label={label} />
      <p className={css.pages}>
        <Button small disabled={page <= 1} onClick={() => setPage(page - 1)}>
          {text('files.previous')}
        </Button>
        {label}
        <Button small disabled={page >= pages} onClick={() => setPage(page + 1)}>
          {text('files.next')}
        </Button>
      </p>
    </div>
  );
}
