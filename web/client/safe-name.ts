/**
 * Names and texts of others, harmless to show. Nodes refuse hidden characters in the names of people and organisations (PROTOCOL 1.2);
 * what is sealed no node sees, so the reader cleans it. Always holds: nothing invisible and nothing that turns the text round is left
 * in a name, and no letter carries a tower of marks that covers what stands above it.
 */

const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu;
/** More marks on one letter than any script needs. */
const TOWER = /(\p{M}{4})\p{M}+/gu;

/** One line, at most `most` characters; '' where nothing is left to be seen. */
export function safeName(name: string, most: number): string {
  const plain = name
    .toWellFormed()
    .slice(0, 8 * most)
    .replace(/\s+/gu, ' ')
    .replace(HIDDEN, '');
  return [...withoutTowers(plain).trim()].slice(0, most).join('').trim();
}

export function withoutTowers(text: string): string {
  return text.replace(TOWER, '$1');
}
