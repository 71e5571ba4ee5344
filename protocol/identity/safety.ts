/**
 * Comparing identity keys by eye or by QR code (SEAL 2.6). Always holds: both sides see the same digits and the same code, because
 * the halves stand in the order of the members and not of who asks.
 */
import { compareBytes, concatBytes, equalBytes } from '../bytes.ts';
import { bytes, decodeOrThrow, encode, fields, id, type TypeOf, version } from '../codec.ts';
import { taggedHash } from '../hash.ts';
import { fromBase32, idBytes, toBase32 } from '../ids.ts';
import { Refused, type Result, refusing } from '../result.ts';

const side = fields({ org: id('org'), account: id('account'), uik: bytes(32) });
/** An `Identity` is one. */
export type SafetySide = TypeOf<typeof side>;

const codeShape = fields({ v: version(1), a: side, b: side });
const PREFIX = 'conclave-safety:';
const GROUPS = 6;
const CODE_BYTES = 256;
const CODE_LETTERS = 512;

function memberBytes({ org, account }: SafetySide): Uint8Array {
  return concatBytes(idBytes(org), idBytes(account));
}

function inOrder(one: SafetySide, other: SafetySide): [SafetySide, SafetySide] {
  return compareBytes(memberBytes(one), memberBytes(other)) <= 0 ? [one, other] : [other, one];
}

/** Five digits of each five bytes. */
function groupsOf(of: SafetySide): string[] {
  const hash = taggedHash('safety', memberBytes(of), of.uik);
  return Array.from({ length: GROUPS }, (_, group) => {
    const number = hash.subarray(group * 5, group * 5 + 5).reduce((sum, byte) => sum * 256 + byte, 0);
    return String(number % 100_000).padStart(5, '0');
  });
}

/** Twelve groups of five digits, six of each side. */
export function safetyNumber(one: SafetySide, other: SafetySide): readonly string[] {
  return inOrder(one, other).flatMap(groupsOf);
}

/** Text of the QR code. The same on both sides exactly if they see the same keys. */
export function safetyCode(one: SafetySide, other: SafetySide): string {
  const [a, b] = inOrder(one, other);
  return PREFIX + toBase32(encode(codeShape, { v: 1, a, b }));
}

/** What a camera read, in any case. Refuses `malformed`, `too_big`, `unknown_version`, `not_canonical`. */
export function parseSafetyCode(read: string): Result<readonly [SafetySide, SafetySide]> {
  return refusing(() => {
    const text = read.trim().toLowerCase();
    if (text.length > CODE_LETTERS) throw new Refused('too_big', 'safety code');
    if (!text.startsWith(PREFIX)) throw new Refused('malformed', 'safety code');
    const { a, b } = decodeOrThrow(codeShape, fromBase32(text.slice(PREFIX.length)), CODE_BYTES);
    if (compareBytes(memberBytes(a), memberBytes(b)) >= 0) throw new Refused('malformed', 'order of the sides');
    return [a, b] as const;
  });
}

/**
 * Do the keys that the other side sees agree with ours? `other`: the code is of another pair, so it says nothing of these two.
 */
export function compareSafety(
  read: readonly [SafetySide, SafetySide],
  one: SafetySide,
  other: SafetySide,
): 'same' | 'different' | 'other' {
  const ours = inOrder(one, other);
  const isPair = ours.every((each, i) => equalBytes(memberBytes(each), memberBytes(read[i] as SafetySide)));
  if (!isPair) return 'other';
  return ours.every((each, i) => equalBytes(each.uik, (read[i] as SafetySide).uik)) ? 'same' : 'different';
}
