/** What a choice of history comes to, asked of the messenger as one chooses, and how it is said. */
import { useEffect, useState } from 'react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import type { ChatId } from '../../../protocol/ids.ts';
import type { HistoryChoice, HistoryReach } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';
import { text } from '../text/keys.ts';
import { utcDay, wholeTime } from '../text/time.ts';

const pauseMs = 150;

export interface Reached {
  readonly reach: HistoryReach | null;
  readonly refusal: RefusalReply | null;
}
const nothing: Reached = { reach: null, refusal: null };

/** Null while it is not known, or not asked for (`choice` null or none). */
export function useReach(chat: ChatId, choice: HistoryChoice | null): Reached {
  const messenger = useMessenger();
  const [known, setKnown] = useState<Reached & { readonly of: string }>({ ...nothing, of: '' });
  const of = choice === null || choice.is === 'none' ? '' : JSON.stringify(choice);
  useEffect(() => {
    if (of === '') return;
    let gone = false;
    const look = async () => {
      const answer = await messenger.historyReach(chat, JSON.parse(of) as HistoryChoice);
      if (gone) return;
      setKnown(answer.ok ? { reach: answer.value, refusal: null, of } : { reach: null, refusal: answer.refusal, of });
    };
    const timer = setTimeout(look, pauseMs);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [messenger, chat, of]);
  return known.of === of ? known : nothing;
}

/** The instant as it is here, and the day that it is in UTC, by which keys change. */
export function reachSentence({ from, count, all, limited }: HistoryReach): string {
  if (from === null || count === 0) return text('history.reach-none');
  const opens = all
    ? text('history.reach-all', { count })
    : text('history.reach', { count, time: wholeTime(from), day: utcDay(from) });
  return limited ? `${opens} ${text('history.limited')}` : opens;
}
