/**
 * What names, domains and addresses may look like (PROTOCOL 1.2). Always holds: a local name and a domain have one
 * spelling (lower-case ASCII), and a display name shows what it is: nothing invisible, nothing that turns the text round.
 */
import { utf8 } from '../bytes.ts';
import { LIMITS } from '../limits.ts';
import { Refused, type Result, refusing } from '../result.ts';

export interface Address {
  readonly name: string;
  readonly domain: string;
}

const LOCAL_NAME = /^[a-z0-9][a-z0-9._-]*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Control characters, line separators, invisible joiners and the marks that reverse the direction of text. */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;

/** The part before `@`: 1 to 64 lower-case letters, digits, dots, dashes or underscores; a letter or digit first. */
export function isLocalName(text: string): boolean {
  return text.length <= LIMITS.localNameBytes && LOCAL_NAME.test(text);
}

/** Lower-case letters, digits and hyphens in labels; no international form yet, and no IP address. */
export function isDomain(text: string): boolean {
  if (text.length > LIMITS.domainBytes) return false;
  const labels = text.split('.');
  return (
    labels.every((label) => LABEL.test(label) && !label.startsWith('xn--')) && !/^[0-9]+$/.test(labels.at(-1) ?? '')
  );
}

/** A name that people read: at most `maxBytes` of UTF-8, not empty, no space at either end, nothing hidden. */
export function isShownName(text: string, maxBytes: number): boolean {
  return (
    text !== '' && text.isWellFormed() && text === text.trim() && !HIDDEN.test(text) && utf8(text).length <= maxBytes
  );
}

/** What a person typed, in any case, to an address. Refuses `bad_address`. */
export function parseAddress(typed: string): Result<Address> {
  return refusing(() => {
    // Longer than any address, even with spaces around it: not worth looking at.
    if (typed.length > 2 * LIMITS.domainBytes) throw new Refused('bad_address', 'length');
    const text = typed.trim().toLowerCase();
    const at = text.indexOf('@');
    const name = text.slice(0, Math.max(at, 0));
    const domain = text.slice(at + 1);
    if (!isLocalName(name)) throw new Refused('bad_address', 'name');
    if (!isDomain(domain)) throw new Refused('bad_address', 'domain');
    return { name, domain };
  });
}

export function formatAddress({ name, domain }: Address): string {
  return `${name}@${domain}`;
}

/** The words of a text as search compares them: letters and digits in lower case, without accents. */
export function searchWords(...texts: readonly string[]): string[] {
  const folded = texts.join(' ').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return [...new Set(folded.match(/[\p{L}\p{N}]+/gu) ?? [])];
}
