/** `text` for files: the catalogue with their strings. */
import { en } from './en.ts';
import { files } from './en-files.ts';
import { textOf } from './text.ts';

export const text = textOf({ ...en, ...files });
