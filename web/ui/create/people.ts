/** Finds people as one types: co-workers, partners' people, people known from chats; a whole address is looked up. */
import { useEffect, useState } from 'react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import type { PersonView } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';
import { text } from '../text/text.ts';
import { reason } from './reason.ts';

const pauseMs = 120;
const resolvePauseMs = 350;
const address = /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$|^[^\s@]+@localhost$/;

export interface Finding {
  readonly people: readonly PersonView[];
  /** What to say in the place of results; '' when there are some. */
  readonly status: string;
}

const nothing: Finding = { people: [], status: '' };

export function useFoundPeople(typed: string): Finding {
  const messenger = useMessenger();
  const [found, setFound] = useState<Finding>(nothing);
  const search = typed.trim();
  useEffect(() => {
    if (search === '') {
      setFound(nothing);
      return;
    }
    let old = false;
    const whole = address.test(search);
    const look = async () => {
      setFound((before) => ({ people: before.people, status: text('create.searching') }));
      const near = await messenger.searchPeople(search);
      const people = near.ok ? near.value : [];
      if (people.length > 0 || !whole || old) return old ? undefined : setFound(finding(people, near));
      setFound({ people: [], status: text('create.resolving', { address: search }) });
      const one = await messenger.resolveAddress(search);
      if (!old) setFound(one.ok ? { people: [one.value], status: '' } : { people: [], status: reason(one.refusal) });
    };
    const timer = setTimeout(look, whole ? resolvePauseMs : pauseMs);
    return () => {
      old = true;
      clearTimeout(timer);
    };
  }, [messenger, search]);
  return found;
}

function finding(people: readonly PersonView[], answer: { ok: boolean; refusal?: RefusalReply }): Finding {
  if (!answer.ok) return { people, status: answer.refusal ? reason(answer.refusal) : '' };
  return { people, status: people.length === 0 ? text('create.none') : '' };
}
