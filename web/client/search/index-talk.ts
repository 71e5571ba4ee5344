/** What the messenger and the Worker of the index say to each other. */
import type { Index } from '../ports.ts';

export type IndexAsked = Exclude<keyof Index, 'close'>;

export type ToIndex =
  | { readonly t: 'open'; readonly id: number; readonly folder: string; readonly owner: string }
  | { readonly t: 'ask'; readonly id: number; readonly what: IndexAsked; readonly with: unknown[] }
  | { readonly t: 'close'; readonly id: number };

export type FromIndex =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly why: string };
