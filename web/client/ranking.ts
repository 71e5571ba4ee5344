/**
 * In which order people are offered while somebody types: by how the name begins first, then whom one wrote with last, then
 * co-workers before outsiders. Pure, and the same for the same input.
 */

import type { MemberKey } from '../../protocol/chat/state.ts';
import { memberKey } from '../../protocol/chat/state.ts';
import { searchWords } from '../../protocol/identity/names.ts';
import type { PersonView } from './model.ts';

/** `lastTalk`: when one last wrote with somebody alone (ms). The given order stands where nothing else tells two apart. */
export function ranked(
  people: readonly PersonView[],
  typed: string,
  lastTalk: ReadonlyMap<MemberKey, number>,
): PersonView[] {
  const words = searchWords(typed);
  const scored = people.map((person) => ({
    person,
    fit: fitOf(person, words),
    talk: lastTalk.get(memberKey(person.org, person.account)) ?? 0,
  }));
  scored.sort(
    (a, b) =>
      Number(a.person.disabled) - Number(b.person.disabled) ||
      b.fit - a.fit ||
      b.talk - a.talk ||
      Number(a.person.outsider) - Number(b.person.outsider),
  );
  return scored.map(({ person }) => person);
}

/** 3: the name begins so; 2: the address does, or another word of the name; 1: anything else. */
function fitOf({ name, address }: PersonView, words: readonly string[]): number {
  const first = words[0];
  if (first === undefined) return 1;
  const [begins, ...rest] = searchWords(name);
  if (begins?.startsWith(first)) return 3;
  return address.startsWith(first) || rest.some((word) => word.startsWith(first)) ? 2 : 1;
}
