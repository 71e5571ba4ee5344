/** `text` for what is loaded after the first paint: the program itself and its notifications. */

import { en } from './en.ts';
import { app } from './en-app.ts';
import { textOf } from './text.ts';

export const text = textOf({ ...en, ...app });
