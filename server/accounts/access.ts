/** Who is asking, and what that way in may do. A browser's session may do all its account may; a token only its scopes. */
import type { DeviceId } from '../../protocol/ids.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import type { Account } from './account.ts';

export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface SignedIn {
  readonly account: Account;
  /** The device that speaks: what it writes names it. */
  readonly device: DeviceId;
  readonly via:
    | { readonly kind: 'session'; readonly sessionId: string }
    | { readonly kind: 'token'; readonly tokenId: string; readonly scopes: readonly Scope[] };
}

/** Refuses `scope_missing`; `not_administrator` for `admin` when the account is none. */
export function requireScope({ account, via }: SignedIn, scope: Scope): Result<void> {
  if (via.kind === 'token' && !via.scopes.includes(scope)) return refuse('scope_missing', scope);
  if (scope === 'admin' && account.role !== 'admin') return refuse('not_administrator');
  return ok(undefined);
}
