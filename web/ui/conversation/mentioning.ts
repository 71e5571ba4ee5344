/** Completion of mentions in the text box: which members fit, which is chosen, and the keys that move and take. */
import { type KeyboardEvent, type RefObject, useState } from 'react';
import type { MemberView, PersonView } from '../../client/model.ts';
import { useMe } from '../messenger.ts';
import { type Begun, begunMention, fittingMembers, withMention } from './mentions.ts';

export interface Mentioning {
  readonly people: readonly PersonView[];
  readonly chosen: number;
  /** The caret may have moved. */
  readonly look: () => void;
  readonly take: (person: PersonView) => void;
  /** True: the key was for the list. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

export function useMentioning(
  box: RefObject<HTMLTextAreaElement | null>,
  members: readonly MemberView[],
  keep: (draft: string) => void,
): Mentioning {
  const me = useMe();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [chosen, setChosen] = useState(0);
  const people = begun === null ? [] : fittingMembers(members, begun.typed, me);
  const look = () => {
    setBegun(box.current === null ? null : begunMention(box.current.value, box.current.selectionStart));
    setChosen(0);
  };
  const take = (person: PersonView) => {
    if (box.current === null || begun === null) return;
    const { text, caret } = withMention(box.current.value, begun, person);
    keep(text);
    setBegun(null);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(caret, caret);
    });
  };
  const onKey = (event: KeyboardEvent) => {
    const person = people[chosen];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (person === undefined || event.nativeEvent.isComposing) return false;
    if (step !== undefined) setChosen((chosen + step + people.length) % people.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(person);
    else if (event.key === 'Escape') setBegun(null);
    else return false;
    event.preventDefault();
    return true;
  };
  return { people, chosen, look, take, onKey };
}
