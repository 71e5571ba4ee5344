/** A chat's picture as an address that an image can show: made from bytes that the messenger has checked, and given up with the last user. */
import { useEffect, useState } from 'react';
import type { ChatView, Messenger } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';

interface Shown {
  readonly url: Promise<string | null>;
  users: number;
}
const shown = new Map<string, Shown>();

/** Null: it has none, or it is not here yet. */
export function useChatImage({ chat, image }: ChatView): string | null {
  const messenger = useMessenger();
  const [found, setFound] = useState<{ key: string; url: string | null } | null>(null);
  const key = image === null ? null : `${chat} ${image}`;
  useEffect(() => {
    if (key === null) return;
    let gone = false;
    const one = shown.get(key) ?? { url: load(messenger, chat), users: 0 };
    shown.set(key, one);
    one.users++;
    one.url.then((url) => !gone && setFound({ key, url }));
    return () => {
      gone = true;
      // Whoever comes back to this chat must not show an address that was given up.
      setFound(null);
      if (--one.users > 0) return;
      shown.delete(key);
      one.url.then((url) => url && URL.revokeObjectURL(url));
    };
  }, [messenger, chat, key]);
  return found?.key === key ? found.url : null;
}

async function load(messenger: Messenger, chat: ChatView['chat']): Promise<string | null> {
  const answer = await messenger.chatImage(chat);
  if (!answer.ok || !answer.value) return null;
  return URL.createObjectURL(new Blob([answer.value.bytes], { type: answer.value.type }));
}
