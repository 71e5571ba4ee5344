/** The message that somebody wants to see, wherever in the window they asked for it: its conversation goes there, once. */
import { useSyncExternalStore } from 'react';
import type { ChatId } from '../../protocol/ids.ts';
import type { FoundView } from '../client/model.ts';

interface Jump {
  readonly chat: ChatId;
  /** As the conversation's items have it. */
  readonly key: string;
}

let wanted: Jump | null = null;
const watchers = new Set<() => void>();

function set(jump: Jump | null): void {
  wanted = jump;
  for (const changed of watchers) changed();
}

export function jumpToFound({ chat, target }: FoundView): void {
  set({ chat: chat.chat, key: `${target.org}/${target.account}/${target.entry}` });
}

export function jumped(): void {
  set(null);
}

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

/** Key of the message that this chat is to show; null: none. */
export function useJump(chat: ChatId): string | null {
  const jump = useSyncExternalStore(watch, () => wanted);
  return jump?.chat === chat ? jump.key : null;
}
