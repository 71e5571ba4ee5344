/** What comes of asking the messenger for something. */
import type { RefusalReply } from '../../protocol/api/shapes.ts';

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: RefusalReply };
