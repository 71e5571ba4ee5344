/** What comes of an act, and what its effect depends on beside the intent. */
import type { AccountId, OrgId } from '../ids.ts';
import type { RefusalCode } from '../refusals.ts';
import type { Act } from './act.ts';
import type { HistorySpan } from './intent.ts';
import type { Actor, Brought, Origin } from './state.ts';

/** What an act did, for the line that people see in the conversation. */
export type Change =
  | {
      readonly is: 'invited' | 'joined' | 'left' | 'declined' | 'expired';
      readonly org: OrgId;
      readonly account: AccountId;
      readonly by: Actor | null;
    }
  | { readonly is: 'withdrawn' | 'removed'; readonly org: OrgId; readonly account: AccountId; readonly by: Actor }
  | { readonly is: 'role'; readonly org: OrgId; readonly account: AccountId; readonly by: Actor; readonly role: number }
  | { readonly is: 'policy' | 'look'; readonly by: Actor }
  | {
      readonly is: 'keys' | 'suspended' | 'rewrap';
      readonly org: OrgId;
      readonly account: AccountId;
      readonly by: null;
    }
  | { readonly is: 'readmitted' | 'supplied'; readonly org: OrgId; readonly account: AccountId; readonly by: Actor }
  | {
      readonly is: 'granted';
      readonly org: OrgId;
      readonly account: AccountId;
      readonly by: Actor;
      readonly spans: readonly HistorySpan[];
    }
  /** Not `fresh`: the keys have changed in the meantime, and the rekey changes nothing. */
  | { readonly is: 'rekeyed'; readonly by: Actor; readonly fresh: boolean }
  | { readonly is: 'tick' }
  /** Of the request that follows, which is carried out without them. */
  | { readonly is: 'setAside'; readonly logSeq: string }
  | { readonly is: 'refused'; readonly logSeq: string; readonly code: number }
  | { readonly is: 'hub'; readonly org: OrgId };

export type Outcome =
  | { readonly ok: true; readonly change: Change }
  | { readonly ok: false; readonly code: RefusalCode };

/** What of an act its effect depends on, beside the intent. */
export type Ordered = Pick<Act, 'cpos' | 'hlc' | 'cuts' | 'frontier'>;

/** What of the request that an intent stands in its effect depends on. */
export interface Within {
  /** Null where it brings no key material that is fresh. */
  readonly brought: Brought | null;
  /** Null in a trial. */
  readonly origin: Origin | null;
}

export function noop(code: RefusalCode): Outcome {
  return { ok: false, code };
}
