/** A search as it is typed: asked a moment after the last letter, again while the history is being read, and more on request. */
import { useEffect, useRef, useState } from 'react';
import type { FoundView, SearchReply } from '../../client/model.ts';
import type { SearchQuery } from '../../client/search-model.ts';
import { useMessenger } from '../messenger.ts';

export type Wanted = Omit<SearchQuery, 'before'>;

interface Searching {
  /** Null: nothing was answered yet. */
  readonly reply: SearchReply | null;
  readonly busy: boolean;
  readonly more: () => void;
}

const TYPING_MS = 120;
const AGAIN_MS = 2_000;

export function useSearching(wanted: Wanted): Searching {
  const messenger = useMessenger();
  const asked = JSON.stringify(wanted);
  const [reply, setReply] = useState<SearchReply | null>(null);
  const [busy, setBusy] = useState(true);
  const turn = useRef(0);

  useEffect(() => {
    const mine = ++turn.current;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      setBusy(true);
      const answer = await messenger.search({ ...(JSON.parse(asked) as Wanted), before: null });
      if (turn.current !== mine) return;
      setBusy(false);
      if (!answer.ok) return;
      setReply(answer.value);
      if (answer.value.progress.is === 'filling') timer = setTimeout(ask, AGAIN_MS);
    };
    timer = setTimeout(ask, TYPING_MS);
    return () => {
      turn.current++;
      clearTimeout(timer);
    };
  }, [messenger, asked]);

  const more = async () => {
    if (!reply?.more) return;
    // What is asked for again from the beginning would take away what is shown then.
    const mine = ++turn.current;
    setBusy(true);
    const answer = await messenger.search({ ...wanted, before: reply.more });
    if (turn.current !== mine) return;
    setBusy(false);
    if (answer.ok) setReply({ ...answer.value, found: [...reply.found, ...answer.value.found] });
  };
  return { reply, busy, more: () => void more() };
}

export function foundKey({ chat, target }: FoundView): string {
  return `${chat.chat}/${target.org}/${target.account}/${target.entry}`;
}
