/** What a person decided of one chat for themselves, as screens and the desk know it; plain values. */
import type { PersonalChange } from '../../protocol/api/personal.ts';

/** A chat, as this person has put it away; `draft` is sealed. */
export interface OfChat {
  readonly mutedUntil: number | 'forever' | null;
  readonly level: 'all' | 'mentions' | 'none';
  readonly pinned: boolean;
  readonly hidden: number | null;
  readonly unread: boolean;
  readonly draft: string | null;
}

export const UNTOUCHED: OfChat = {
  ...{ mutedUntil: null, level: 'all', pinned: false, hidden: null, unread: false, draft: null },
};

/** Without what is said of when. */
export type PersonalWish = PersonalChange extends infer C ? (C extends unknown ? Omit<C, 'at'> : never) : never;
