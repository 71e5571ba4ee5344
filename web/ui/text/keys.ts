/** `text` for the screens about keys: the catalogue with their strings, which the first paint does not need. */
import { en } from './en.ts';
import { keys } from './en-keys.ts';
import { textOf } from './text.ts';

export const text = textOf({ ...en, ...keys });
