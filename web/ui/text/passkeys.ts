/** `text` for the screens that offer passkeys. */
import { en } from './en.ts';
import { passkeys } from './en-passkeys.ts';
import { textOf } from './text.ts';

export const text = textOf({ ...en, ...passkeys });
