import type { Trouble } from './trouble.ts';

/** A picture of somebody's, as far as it can be shown. */
export type Picture =
  | { readonly is: 'loading' }
  | { readonly is: 'here'; readonly url: string }
  | { readonly is: 'none'; readonly why: 'not-image' | 'too-large' }
  | { readonly is: 'trouble'; readonly trouble: Trouble };
