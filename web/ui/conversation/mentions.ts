/** Mentions in a text that is being written: "@" and the name of a member. Pure. */
import type { MemberView, PersonView } from '../../client/model.ts';
import { samePerson } from '../parts/names.ts';

/** What is typed of a mention right before the caret, and where its "@" stands. */
export interface Begun {
  readonly at: number;
  readonly typed: string;
}

const most = 6;

export function begunMention(text: string, caret: number): Begun | null {
  const found = /(?:^|[\s(])@([\p{L}\p{N}.'-]{0,40})$/u.exec(text.slice(0, caret));
  if (found === null) return null;
  const typed = found[1] ?? '';
  return { at: caret - typed.length - 1, typed };
}

function plain(words: string): string {
  return words.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

/** Members of whom a part of the name, or the address, begins so; never oneself. */
export function fittingMembers(members: readonly MemberView[], typed: string, me: PersonView): PersonView[] {
  const others = members.map(({ person }) => person).filter((person) => !person.disabled && !samePerson(person, me));
  const fits = ({ name, address }: PersonView) => ` ${plain(`${name} ${address}`)}`.includes(` ${plain(typed)}`);
  return others.filter(fits).slice(0, most);
}

/** The text with the mention in it, and where the caret goes. */
export function withMention(text: string, { at, typed }: Begun, { name }: PersonView): { text: string; caret: number } {
  const before = `${text.slice(0, at)}@${name} `;
  const rest = text.slice(at + 1 + typed.length).replace(/^ /, '');
  return { text: before + rest, caret: before.length };
}

/** Whom a finished text mentions. A longer name that begins with a shorter one counts for itself only. */
export function mentionedMembers(text: string, members: readonly MemberView[]): PersonView[] {
  let left = text;
  const people = members.map(({ person }) => person).sort((a, b) => b.name.length - a.name.length);
  return people.filter(({ name }) => {
    if (!left.includes(`@${name}`)) return false;
    left = left.replaceAll(`@${name}`, ' ');
    return true;
  });
}
