/**
 * The recovery phrase: 24 words (BIP 39, English) that stand for 32 random bytes, from which the first root key is made
 * (PROTOCOL 1.4). Always holds: the same words give the same key, in any case and however they are spaced.
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { utf8 } from '../bytes.ts';
import { ok, type Result, refuse } from '../result.ts';

/** `entropy`: 32 bytes. */
export function phraseOf(entropy: Uint8Array): string {
  return entropyToMnemonic(entropy, wordlist);
}

/** As typed, to lower-case words with one space between. */
export function normalPhrase(typed: string): string {
  return typed.normalize('NFKD').toLowerCase().trim().split(/\s+/).join(' ');
}

/** The seed of the first root key, 32 bytes. Refuses `phrase_wrong`. */
export function rootSeedOf(typed: string): Result<Uint8Array> {
  let entropy: Uint8Array;
  try {
    entropy = mnemonicToEntropy(normalPhrase(typed), wordlist);
  } catch {
    return refuse('phrase_wrong', 'checksum');
  }
  if (entropy.length !== 32) return refuse('phrase_wrong', 'length');
  return ok(hkdf(sha256, entropy, undefined, utf8('conclave/1/root'), 32));
}
