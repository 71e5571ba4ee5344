/** The part of a text that shows what was found in it, with the hits marked. */
import { hitsIn, type Term } from './query.ts';

export interface SnippetPart {
  readonly text: string;
  readonly hit: boolean;
}

const BEFORE = 40;
const LENGTH = 180;

/** In the order of the text; white space is one space, and '…' stands where something was left out. Never empty strings. */
export function snippetOf(text: string, terms: readonly Term[]): SnippetPart[] {
  const hits = hitsIn(text, terms);
  const first = hits[0]?.[0] ?? 0;
  const start = first <= BEFORE ? 0 : wordStart(text, first - BEFORE, first);
  const end = Math.max(Math.min(text.length, start + LENGTH), hits[0]?.[1] ?? 0);
  const parts: SnippetPart[] = [];
  const add = (from: number, to: number, hit: boolean) => {
    const part = whole(text, from, to).replace(/\s+/g, ' ');
    if (part !== '') parts.push({ text: part, hit });
  };
  if (start > 0) parts.push({ text: '…', hit: false });
  let at = start;
  for (const [from, to] of hits) {
    if (from >= end) break;
    add(at, from, false);
    add(from, Math.min(to, end), true);
    at = Math.min(to, end);
  }
  add(at, end, false);
  if (end < text.length) parts.push({ text: '…', hit: false });
  return parts;
}

/** Behind the next space, if there is one before `last`. */
function wordStart(text: string, from: number, last: number): number {
  const space = text.slice(from, last).search(/\s/);
  return space < 0 ? from : from + space + 1;
}

/** No half of a character that takes two units. */
function whole(text: string, from: number, to: number): string {
  return text.slice(isHalf(text, from) ? from + 1 : from, isHalf(text, to) ? to - 1 : to);
}

function isHalf(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}
