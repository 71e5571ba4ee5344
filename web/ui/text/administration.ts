/** `text` for the administrators' screens: the catalogue with their strings, which others never load. */
import { en } from './en.ts';
import { administration } from './en-administration.ts';
import { textOf } from './text.ts';

export const text = textOf({ ...en, ...administration });
