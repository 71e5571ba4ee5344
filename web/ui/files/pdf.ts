/**
 * PDF by pdf.js, in a Worker of its own, page by page, from whatever parts of the file it needs. Always holds: nothing in the file runs
 * (no scripting part is loaded, no form, no link), and it asks nobody for anything.
 */
import { GlobalWorkerOptions, getDocument, PDFDataRangeTransport, type PDFDocumentProxy } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import type { Looks } from './looks.ts';
import { drawnSmall } from './thumbnails.ts';

/** Anything that gives parts of a file. */
export interface PdfSource {
  readonly size: number;
  bytes(from: number, to: number): Promise<Uint8Array>;
}

const FIRST_BYTES = 65_536;
const PART_BYTES = 262_144;
/** Pixels of a picture in it. */
const MOST_IMAGE_PIXELS = 50_000_000;
const THUMB_WIDTH = 640;
/** A page of any size is drawn in no more. */
const MOST_PAGE_PIXELS = 16_000_000;

/** Throws where it is no PDF that can be opened; `close` ends its Worker's share of it. */
export async function openPdf(source: PdfSource): Promise<PDFDocumentProxy> {
  GlobalWorkerOptions.workerPort ??= new Worker(trusted(workerUrl), { type: 'module', name: 'pdf' });
  const range = new Parts(source, await source.bytes(0, FIRST_BYTES));
  return getDocument({
    range,
    rangeChunkSize: PART_BYTES,
    maxImageSize: MOST_IMAGE_PIXELS,
    enableXfa: false,
    useWasm: false,
    disableAutoFetch: true,
    disableStream: true,
    verbosity: 0,
  }).promise;
}

class Parts extends PDFDataRangeTransport {
  readonly #source: PdfSource;

  constructor(source: PdfSource, first: Uint8Array) {
    super(source.size, first);
    this.#source = source;
  }

  override requestDataRange(from: number, to: number): void {
    this.#source.bytes(from, to).then(
      (bytes) => this.onDataRange(from, bytes),
      () => this.onDataRange(from, new Uint8Array()),
    );
  }
}

/** Draws a page as wide as asked for; gives its size in pixels. */
export async function drawPage(
  pdf: PDFDocumentProxy,
  number: number,
  width: number,
  canvas: HTMLCanvasElement,
): Promise<{ width: number; height: number }> {
  const page = await pdf.getPage(number);
  const natural = page.getViewport({ scale: 1 });
  const most = Math.sqrt(MOST_PAGE_PIXELS / (natural.width * natural.height));
  const viewport = page.getViewport({ scale: Math.min(width / natural.width, most) });
  canvas.width = Math.max(1, Math.floor(viewport.width));
  canvas.height = Math.max(1, Math.floor(viewport.height));
  await page.render({ canvas, viewport }).promise;
  return { width: canvas.width, height: canvas.height };
}

export async function lookAtPdf(file: Blob): Promise<Looks> {
  const source = {
    size: file.size,
    bytes: async (from: number, to: number) => new Uint8Array(await file.slice(from, to).arrayBuffer()),
  };
  const pdf = await openPdf(source);
  try {
    const canvas = document.createElement('canvas');
    const { width, height } = await drawPage(pdf, 1, THUMB_WIDTH, canvas);
    return await drawnSmall(canvas, width, height);
  } finally {
    await pdf.loadingTask.destroy();
  }
}

/** Where a page may start no script by its name alone, this one is said to be ours. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } };
  };
  return trustedTypes?.createPolicy('pdf', { createScriptURL: (same: string) => same }).createScriptURL(url) ?? url;
}
