/** "Invite" in the options of a chat: the chat is opened, and with it the dialog, once. */
import { useEffect, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { goTo } from '../place.ts';

let wanted: ChatId | null = null;
const listeners = new Set<() => void>();

export function askToInvite(chat: ChatId): void {
  wanted = chat;
  goTo({ is: 'chat', chat, details: false });
  for (const look of listeners) look();
}

/** Is the dialog open? Also by the button beside it. */
export function useInviting(chat: ChatId): [open: boolean, setOpen: (open: boolean) => void] {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const look = () => {
      if (wanted !== chat) return;
      wanted = null;
      setOpen(true);
    };
    look();
    listeners.add(look);
    return () => void listeners.delete(look);
  }, [chat]);
  return [open, setOpen];
}
