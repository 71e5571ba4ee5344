/** What is attached to messages that are not sent yet, for each chat, as long as the page is open. */
import { useSyncExternalStore } from 'react';
import type { ChatId, EntryId } from '../../../protocol/ids.ts';
import type { OutgoingFile } from '../../client/files/views.ts';

export interface Attached {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** Null: it is still being made ready. */
  readonly ready: OutgoingFile | null;
  readonly place: 'stripped' | 'none' | 'kept';
  readonly bad: boolean;
  /** Of its thumbnail; null: none, or not yet. */
  readonly picture: string | null;
}

const NONE: readonly Attached[] = [];
const attached = new Map<ChatId, readonly Attached[]>();
const watchers = new Set<() => void>();
/** Pictures of what was sent from this page, by message: seen until the node has theirs. */
const sent = new Map<EntryId, readonly (string | null)[]>();

export function useAttached(chat: ChatId): readonly Attached[] {
  return useSyncExternalStore(watch, () => attached.get(chat) ?? NONE);
}

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

function put(chat: ChatId, all: readonly Attached[]): void {
  if (all.length === 0) attached.delete(chat);
  else attached.set(chat, all);
  for (const changed of watchers) changed();
}

function change(chat: ChatId, id: string, to: Partial<Attached>): void {
  const all = attached.get(chat) ?? NONE;
  put(
    chat,
    all.map((each) => (each.id === id ? { ...each, ...to } : each)),
  );
}

export function countAttached(chat: ChatId): number {
  return attached.get(chat)?.length ?? 0;
}

/** Makes them ready one after the other. */
export async function attach(chat: ChatId, files: readonly File[]): Promise<void> {
  const { shownName } = await import('../../client/files/names.ts');
  const added = files.map((file) => ({ file, id: crypto.randomUUID() }));
  const views = added.map(({ file, id }) => ({
    ...{ id, name: shownName(file.name), size: file.size, ready: null },
    ...{ place: 'none' as const, bad: false, picture: null },
  }));
  put(chat, [...(attached.get(chat) ?? NONE), ...views]);
  for (const { file, id } of added) {
    const isWanted = () => attached.get(chat)?.some((each) => each.id === id) ?? false;
    if (isWanted()) await makeReady(chat, id, file);
  }
}

async function makeReady(chat: ChatId, id: string, file: File): Promise<void> {
  try {
    const { prepare } = await import('./preparing.ts');
    const { ready, place } = await prepare(file);
    const picture = ready.thumb ? URL.createObjectURL(ready.thumb.file) : null;
    change(chat, id, { ready, place, picture, name: ready.name, size: ready.file.size });
  } catch {
    change(chat, id, { bad: true });
  }
}

export function detach(chat: ChatId, id: string): void {
  const all = attached.get(chat) ?? NONE;
  const gone = all.find((each) => each.id === id);
  if (gone?.picture) URL.revokeObjectURL(gone.picture);
  put(
    chat,
    all.filter((each) => each.id !== id),
  );
}

/** Empties the tray into a message. */
export function takeAttached(chat: ChatId, entryId: EntryId): readonly Attached[] {
  const all = attached.get(chat) ?? NONE;
  sent.set(
    entryId,
    all.map(({ picture }) => picture),
  );
  put(chat, NONE);
  return all;
}

/** The message was refused: they lie in the tray again. */
export function putBack(chat: ChatId, all: readonly Attached[]): void {
  put(chat, [...all, ...(attached.get(chat) ?? NONE)]);
}

export function sentPicture(entryId: EntryId, index: number): string | null {
  return sent.get(entryId)?.[index] ?? null;
}
