/**
 * Passwords that a person need not think of: words drawn from the list of BIP 39, 11 bits each. The list is loaded when it is
 * first needed.
 */
import type { Random } from './ports.ts';

/** 66 bits: with OPAQUE's Argon2id in front of every guess, beyond who has the node's files. */
const WORDS = 6;

/** Lower case, separated by single spaces. */
export async function newPassphrase(random: Random): Promise<string> {
  const { wordlist } = await import('@scure/bip39/wordlists/english.js');
  const bytes = random.bytes(WORDS * 2);
  const drawn = Array.from({ length: WORDS }, (_, n) => {
    const sixteen = (bytes[2 * n] as number) * 256 + (bytes[2 * n + 1] as number);
    // The list has 2,048 words, so every word is drawn equally often.
    return wordlist[sixteen % wordlist.length] as string;
  });
  return drawn.join(' ');
}
