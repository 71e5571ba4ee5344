/** `text` for search, which the first paint does not need. */
import { en } from './en.ts';
import { search } from './en-search.ts';
import { textOf } from './text.ts';

export const text = textOf({ ...en, ...search });
