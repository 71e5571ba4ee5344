/**
 * What somebody types in a search field, and what an FTS5 index is asked for it. Plain words are found by their beginnings, what
 * stands in quotation marks as it stands; all of them have to be there. Always holds: whatever is typed gives a query that the
 * index understands; nothing of it reaches the index but folded words.
 */
import { type Word, wordsOf } from './words.ts';

/** Words that stand one behind the other. */
export interface Term {
  readonly words: readonly string[];
  /** The last word may go on. */
  readonly open: boolean;
}

/** What is not text: an index keeps it as words of a column of their own. */
export type Tag = `c${number}` | `p${number}` | (typeof KINDS)[Kind];
export type Kind = 'message' | 'file' | 'link';
export const KINDS = { message: 'km', file: 'kf', link: 'kl' } as const;

const MOST_LETTERS = 400;
const MOST_TERMS = 12;
const MOST_WORDS = 48;
const QUOTED = /["“”„«»]([^"“”„«»]*)(["“”„«»]|$)|[^\s"“”„«»]+/gu;

export function readQuery(text: string): Term[] {
  const terms: Term[] = [];
  let left = MOST_WORDS;
  for (const match of text.slice(0, MOST_LETTERS).matchAll(QUOTED)) {
    const [all, quoted, end] = match;
    const words = wordsOf(quoted ?? all)
      .map(({ word }) => word)
      .slice(0, left);
    left -= words.length;
    if (words.length > 0) terms.push({ words, open: quoted === undefined || end === '' });
    if (terms.length === MOST_TERMS || left === 0) break;
  }
  return terms;
}

/** For MATCH over the columns `said` and `tags`: all terms, and one tag of each group. Not for nothing of both. */
export function matchOf(terms: readonly Term[], groups: readonly (readonly Tag[])[]): string {
  const tags = groups.map((group) => `tags : (${group.map((tag) => `"${tag}"`).join(' OR ')})`);
  const said = terms.map(({ words, open }) => `said : "${words.join(' ').replaceAll('"', '')}"${open ? ' *' : ''}`);
  return [...tags, ...said].join(' AND ');
}

/** What every message has one of. */
export const ANY_KIND: readonly Tag[] = [KINDS.message, KINDS.file];

/** Where the terms stand in a text: from and behind, in order, without overlaps. */
export function hitsIn(text: string, terms: readonly Term[]): [start: number, end: number][] {
  const words = wordsOf(text);
  const hits: [number, number][] = [];
  for (let i = 0; i < words.length; i++) {
    const length = Math.max(0, ...terms.map((term) => lengthAt(words, i, term)));
    if (length === 0) continue;
    hits.push([(words[i] as Word).start, (words[i + length - 1] as Word).end]);
    i += length - 1;
  }
  return hits;
}

/** How many words from there on are the term; 0: it is not there. */
function lengthAt(words: readonly Word[], from: number, { words: wanted, open }: Term): number {
  const isThere = wanted.every((word, i) => {
    const here = words[from + i]?.word;
    return here !== undefined && (open && i === wanted.length - 1 ? here.startsWith(word) : here === word);
  });
  return isThere ? wanted.length : 0;
}
