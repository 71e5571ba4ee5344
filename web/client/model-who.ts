/** People and organisations as the screens see them, and what a key waits for from them. Types only, a part of model.ts. */
import type { AccountId, OrgId } from '../../protocol/ids.ts';

export interface PersonView {
  readonly org: OrgId;
  readonly account: AccountId;
  readonly name: string;
  readonly address: string;
  readonly orgName: string;
  readonly outsider: boolean;
  readonly disabled: boolean;
  /**
   * What is known of the identity (SEAL 2.5). `none`: no keys before the first log-in; `changed`: another than was pinned, and the
   * person signed in has neither compared nor acknowledged it; `unknown`: not asked yet, or of no matter here.
   */
  readonly identity: 'unknown' | 'none' | 'unanswered' | 'pinned' | 'verified' | 'changed';
}

export interface OrganisationView {
  readonly org: OrgId;
  readonly name: string;
  readonly domain: string;
  readonly own: boolean;
  readonly reachable: boolean;
  /** Not reachable since (ms); null: never reached, or reachable. */
  readonly since: number | null;
}

/** What a missing key waits for. `organisation`: its node; `member`: anybody of the chat whose device has it. */
export type KeyWait =
  | { readonly is: 'organisation'; readonly organisation: OrganisationView }
  | { readonly is: 'member' }
  | { readonly is: 'readmit' };
