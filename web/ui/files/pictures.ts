/**
 * Pictures of strangers, opened and judged before a browser decodes them. Always holds: what is shown is one by its own bytes and small enough
 * to decode; anything else is said to be none.
 */
import { useEffect, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { SealedBlob } from '../../client/files/views.ts';
import type { Picture } from './picture.ts';
import { type FileSource, useFileSource } from './source.ts';
import { troubleOf } from './trouble.ts';

/** What is held in memory to be shown. */
export const SHOWN_BYTES = 64 * 1024 * 1024;
const KEPT = 150;
const kept = new Map<string, Promise<Picture>>();

/** `sealed` null: there is none. What failed is tried again when it is looked at anew, or `turn` grows. */
export function usePicture(chat: ChatId, sealed: SealedBlob | null, turn = 0): Picture | null {
  const source = useFileSource();
  const [picture, setPicture] = useState<Picture | null>(sealed ? { is: 'loading' } : null);
  const { blob, key, size } = sealed ?? {};
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks for another try
  useEffect(() => {
    if (blob === undefined || key === undefined || size === undefined) return setPicture(null);
    let over = false;
    void pictureOf(source, chat, { blob, key, size }).then((found) => !over && setPicture(found));
    return () => {
      over = true;
    };
  }, [source, chat, blob, key, size, turn]);
  return picture;
}

function pictureOf(source: FileSource, chat: ChatId, sealed: SealedBlob): Promise<Picture> {
  const name = `${sealed.blob} ${sealed.key}`;
  const known = kept.get(name);
  if (known) return known;
  const loading = load(source, chat, sealed);
  kept.set(name, loading);
  void loading.then((picture) => picture.is === 'trouble' && kept.delete(name));
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) forget(oldest);
  return loading;
}

function forget(name: string): void {
  void kept.get(name)?.then((picture) => picture.is === 'here' && URL.revokeObjectURL(picture.url));
  kept.delete(name);
}

async function load(source: FileSource, chat: ChatId, sealed: SealedBlob): Promise<Picture> {
  if (sealed.size > SHOWN_BYTES) return { is: 'none', why: 'too-large' };
  try {
    const bytes = await (await source.read(chat, sealed)).bytes();
    const { judged } = await import('./judging.ts');
    return await judged(bytes);
  } catch (error) {
    return { is: 'trouble', trouble: troubleOf(error) };
  }
}
