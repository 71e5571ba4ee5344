/** `text` for the screens about looks: the catalogue with their strings, which the first paint does not need. */
import { en } from './en.ts';
import { look } from './en-look.ts';
import { textOf } from './text.ts';

export const text = textOf({ ...en, ...look });
