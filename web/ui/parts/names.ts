/** Names in short. */
import type { OrganisationView, PersonView } from '../../client/model.ts';
import { listed } from '../text/text.ts';

/** "Rosa Díaz" gives "RD", "Prince" gives "P". */
export function initials(name: string): string {
  const words = name.split(/[\s·,&-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toLocaleUpperCase();
}

export function organisationNames(organisations: readonly OrganisationView[]): string {
  return listed(organisations.map(({ name }) => name));
}

/** The names of the other organisations that these people are of, each once. */
export function outsideNames(people: readonly PersonView[]): string[] {
  return [...new Set(people.filter(({ outsider }) => outsider).map(({ orgName }) => orgName))];
}

export function samePerson(a: PersonView, b: PersonView): boolean {
  return a.org === b.org && a.account === b.account;
}
