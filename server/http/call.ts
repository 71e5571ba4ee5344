/**
 * What a route's handler gets and gives: parsed input, who asks, and a result. Always holds: `params`, `query` and `body` have
 * passed the row's schemas; on rows for members `me` is there.
 */
import type { z } from 'zod';
import type { Contract, ReplyOf, RouteKey } from '../../protocol/api/contract.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import type { SignedIn } from '../accounts/access.ts';

type Output<S> = S extends z.ZodType ? z.output<S> : null;

export interface Call<K extends RouteKey> {
  readonly params: Output<Contract[K]['params']>;
  readonly query: Output<Contract[K]['query']>;
  readonly body: Output<Contract[K]['body']>;
  /** IP address of who asks. */
  readonly address: string;
  /** null: somebody not signed in, or the admin socket. */
  readonly who: SignedIn | null;
  /** As `who`, on rows that only members reach. */
  readonly me: SignedIn;
  /** The browser's session cookie in the answer. */
  readonly cookie: { set(token: string): void; clear(): void };
}

/** May also throw `Refused`. */
export type Handler<K extends RouteKey> = (call: Call<K>) => Result<ReplyOf<K>> | Promise<Result<ReplyOf<K>>>;
export type Handlers<K extends RouteKey> = { readonly [R in K]: Handler<R> };

/** base64url text to bytes. Refuses (throws) `malformed`. */
export function bytesOf(text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text, { alphabet: 'base64url' });
  } catch {
    throw new Refused('malformed', 'base64url');
  }
}

export function base64Of(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}
