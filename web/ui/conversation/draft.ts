/** What is begun and not sent, for each chat, as long as the page is open. */
import { useCallback, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';

const drafts = new Map<ChatId, string>();

export function useDraft(chat: ChatId): [draft: string, keep: (draft: string) => void] {
  const [draft, setDraft] = useState(drafts.get(chat) ?? '');
  const keep = useCallback(
    (next: string) => {
      if (next === '') drafts.delete(chat);
      else drafts.set(chat, next);
      setDraft(next);
    },
    [chat],
  );
  return [draft, keep];
}
