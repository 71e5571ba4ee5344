/**
 * How hard a password is to guess, by zxcvbn: the own node could try passwords against what it keeps, so an easy one is not
 * taken (SEAL 6). A part of its own, as its lists are big.
 */
import { type TranslationKeys, ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs } from '@zxcvbn-ts/language-common';
import diceware from '@zxcvbn-ts/language-common/dist/diceware.json.mjs';
import passwords from '@zxcvbn-ts/language-common/dist/passwords.json.mjs';
import firstnames from '@zxcvbn-ts/language-en/dist/firstnames.json.mjs';
import wikipedia from '@zxcvbn-ts/language-en/dist/wikipedia.json.mjs';

/** Why it is easy to guess, as the catalogue names it. */
export type Why = Exclude<keyof TranslationKeys['warnings'], 'pwned'>;

export interface Judgement {
  readonly score: 0 | 1 | 2 | 3 | 4;
  readonly why: Why | null;
}

const zxcvbn = new ZxcvbnFactory({
  dictionary: { passwords, diceware, firstnames, wikipedia },
  graphs: adjacencyGraphs,
});

/** `own`: what anybody would try first for this person. */
export function judge(password: string, own: readonly string[]): Judgement {
  const { score, feedback } = zxcvbn.check(plain(password), own.flatMap(wordsOf));
  return { score, why: (feedback.warning as Why | null) || null };
}

function wordsOf(name: string): string[] {
  const words = plain(name)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return [plain(name).toLowerCase(), ...words].filter((word) => word.length > 1);
}

/** Accents are no secret. */
function plain(typed: string): string {
  return typed.normalize('NFKD').replace(/\p{M}/gu, '');
}
