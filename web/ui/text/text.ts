/**
 * `text('key', { values })`: a string of the catalogue. The compiler knows which values a message takes. Messages are
 * parsed once, and only those that need it.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import { en } from './en.ts';

type Catalogue = Readonly<Record<string, string>>;
type Name<Inside extends string> = Inside extends `${infer N},${string}`
  ? N
  : Inside extends `${string} ${string}` | `${string}#${string}`
    ? never
    : Inside;
type Names<Message extends string> = Message extends `${string}{${infer Inside}}${infer Rest}`
  ? Name<Inside> | Names<Rest>
  : never;
type Values<Message extends string> = { readonly [N in Names<Message>]: string | number };
type Arguments<Message extends string> = [Names<Message>] extends [never] ? [] : [values: Values<Message>];
type Text<C extends Catalogue> = <Key extends keyof C & string>(key: Key, ...given: Arguments<C[Key]>) => string;

export const locale = 'en-GB';

/** Screens that are loaded later bring strings of their own, and their `text` (keys.ts, administration.ts). */
export function textOf<C extends Catalogue>(catalogue: C): Text<C> {
  const parsed = new Map<string, IntlMessageFormat>();
  const parse = (key: keyof C & string) => {
    const known = parsed.get(key) ?? new IntlMessageFormat(catalogue[key] as string, locale);
    parsed.set(key, known);
    return known;
  };
  return (key, ...[values]) =>
    values === undefined ? (catalogue[key] as string) : String(parse(key).format(values as Values<string>));
}

export const text = textOf(en);

const conjunction = new Intl.ListFormat(locale, { type: 'conjunction' });

/** "Globex, Initech and Umbrella" */
export function listed(names: readonly string[]): string {
  return conjunction.format(names);
}
