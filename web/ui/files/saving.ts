/**
 * Saving a file to the disk as it is opened. Always holds: what is not whole is not left there under the file's name: the browser is told
 * that it failed, and drops it.
 */
import { useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { useSay } from '../ask.ts';
import { text } from '../text/files.ts';
import { SHOWN_BYTES } from './pictures.ts';
import { type FileSource, useFileSource } from './source.ts';
import type { StoredFile } from './stored.ts';
import { type Trouble, troubleOf } from './trouble.ts';

interface Picking {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<{ createWritable(): Promise<WritableStream> }>;
}

export interface Saving {
  /** How much of it is saved, 0 to 1; null: it is not being saved from here. */
  readonly share: number | null;
  readonly trouble: Trouble | null;
  save(file: StoredFile): void;
  stop(): void;
}

export function useSaving(chat: ChatId): Saving {
  const source = useFileSource();
  const say = useSay();
  const [share, setShare] = useState<number | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [running, setRunning] = useState<AbortController | null>(null);

  async function save(file: StoredFile): Promise<void> {
    const stopped = new AbortController();
    setRunning(stopped);
    setTrouble(null);
    try {
      const how = await saveFile(source, chat, file, setShare, stopped.signal);
      if (how === 'saved') say(text('files.saved', { name: file.name }));
      else if (how === 'too-big') say(text('files.too-big-here'), 'bad');
    } catch (error) {
      if (!stopped.signal.aborted && !isChange(error)) setTrouble(troubleOf(error));
    } finally {
      setShare(null);
      setRunning(null);
    }
  }

  return { share, trouble, save: (file) => void save(file), stop: () => running?.abort() };
}

/** Somebody thought better of it, in the browser's own dialog. */
function isChange(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

async function saveFile(
  source: FileSource,
  chat: ChatId,
  file: StoredFile,
  seen: (share: number) => void,
  signal: AbortSignal,
): Promise<'saved' | 'handed-over' | 'too-big'> {
  const { showSaveFilePicker } = window as Picking;
  const { safeName } = await import('../../client/files/names.ts');
  const name = safeName(file.name);
  if (showSaveFilePicker) {
    const picked = await showSaveFilePicker.call(window, { suggestedName: name });
    const reading = await source.read(chat, file.sealed);
    const counted = reading.stream().pipeThrough(counting(reading.size, seen));
    // What breaks off aborts the writing, and the browser leaves what was there before.
    await counted.pipeTo(await picked.createWritable(), { signal });
    return 'saved';
  }
  const address = await source.address(chat, file, true);
  if (address !== null) {
    follow(address, null);
    return 'handed-over';
  }
  if (file.sealed.size > SHOWN_BYTES) return 'too-big';
  const bytes = await (await source.read(chat, file.sealed)).bytes();
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  follow(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return 'saved';
}

function counting(size: number, seen: (share: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let done = 0;
  let told = -1;
  return new TransformStream({
    transform(piece, controller) {
      done += piece.length;
      const percent = Math.floor((done / Math.max(1, size)) * 100);
      if (percent !== told) seen(percent / 100);
      told = percent;
      controller.enqueue(piece);
    },
  });
}

/** The service worker's answer says that it is to be saved: the page stays. */
function follow(address: string, name: string | null): void {
  const link = document.createElement('a');
  link.href = address;
  if (name !== null) link.download = name;
  link.rel = 'noopener';
  document.body.append(link);
  link.click();
  link.remove();
}
