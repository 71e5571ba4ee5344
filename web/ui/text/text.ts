/**
 * `text('key', { values })`: a string of the catalogue. The compiler knows which values a message takes. Messages are
 * parsed once, and only those that need it.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import { en } from './en.ts';

export type TextKey = keyof typeof en;

type Name<Inside extends string> = Inside extends `${infer N},${string}`
  ? N
  : Inside extends `${string} ${string}` | `${string}#${string}`
    ? never
    : Inside;
type Names<Message extends string> = Message extends `${string}{${infer Inside}}${infer Rest}`
  ? Name<Inside> | Names<Rest>
  : never;
type Values<Key extends TextKey> = { readonly [N in Names<(typeof en)[Key]>]: string | number };
type Arguments<Key extends TextKey> = [Names<(typeof en)[Key]>] extends [never] ? [] : [values: Values<Key>];

export const locale = 'en-GB';
const parsed = new Map<TextKey, IntlMessageFormat>();

export function text<Key extends TextKey>(key: Key, ...[values]: Arguments<Key>): string {
  return values === undefined ? en[key] : String(parse(key).format(values));
}

function parse(key: TextKey): IntlMessageFormat {
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const format = new IntlMessageFormat(en[key], locale);
  parsed.set(key, format);
  return format;
}

const conjunction = new Intl.ListFormat(locale, { type: 'conjunction' });

/** "Globex, Initech and Umbrella" */
export function listed(names: readonly string[]): string {
  return conjunction.format(names);
}
