/**
 * The profiles this node holds: of its own accounts and of people elsewhere (PROTOCOL 1.10). Always holds: each was verified, the
 * highest version stays, and of who is erased no name is left.
 */

import type { Signed } from '../../protocol/codec.ts';
import { searchWords } from '../../protocol/identity/names.ts';
import type { Organisation } from '../../protocol/identity/organisation.ts';
import {
  decodeProfile,
  type Profile,
  type ProfileState,
  signProfile,
  verifyProfile,
} from '../../protocol/identity/profile.ts';
import type { AccountId } from '../../protocol/ids.ts';
import { assert, ok, type Result } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Clock } from '../ports.ts';
import { createListeners } from './listeners.ts';
import type { OwnOrganisation } from './organisation.ts';
import { findByWords, type HeldProfile, heldProfile, type ProfileRef, storeProfile } from './profile-rows.ts';

export interface OwnAccount {
  readonly accountId: AccountId;
  readonly name: string;
  readonly displayName: string;
  readonly state: ProfileState;
}

export interface Profiles {
  /**
   * One profile from outside. `true`: it is news; `false`: as new a one is here already.
   * Refuses as `verifyProfile`.
   */
  put(signed: Signed, of: Organisation): Promise<Result<boolean>>;
  get(ref: ProfileRef): HeldProfile | undefined;
  /** Those that are held, in the order asked for. */
  getMany(refs: readonly ProfileRef[]): readonly HeldProfile[];
  /** Active people whose names have words that begin with the words typed, and whom `filter` lets through. */
  search(typed: string, limit: number, filter: (profile: Profile) => boolean): readonly Profile[];
  /** The profile of an account of this organisation, anew if something differs. Within the transaction that changes it. */
  publishOwn(account: OwnAccount, tx: Tx): Signed;
  /** Drops what is held of one person elsewhere. */
  forget(ref: ProfileRef): Promise<void>;
  onChange(listener: (ref: ProfileRef) => void): () => void;
}

export interface ProfileParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly organisation: Pick<OwnOrganisation, 'orgId' | 'signer'>;
}

export function createProfiles({ db, clock, organisation }: ProfileParts): Profiles {
  const listeners = createListeners<ProfileRef>();

  function store(tx: Tx, profile: Profile, signed: Signed): void {
    storeProfile(tx, profile, signed);
    tx.afterCommit(() => listeners.tell({ orgId: profile.orgId, accountId: profile.accountId }));
  }

  function publishOwn({ accountId, name, displayName, state }: OwnAccount, tx: Tx): Signed {
    const { orgId, signer } = organisation;
    const names = state === 'erased' ? { localName: '', displayName: '' } : { localName: name, displayName };
    const before = heldProfile(tx, { orgId, accountId });
    if (before && isSame(before.profile, { ...names, state })) return before.signed;
    // Not below the clock: after a restored backup the next version is still higher than what partners hold.
    const version = Math.max(clock.now(), (before?.profile.version ?? 0) + 1);
    const signed = signProfile({ v: 1, orgId, accountId, version, ...names, state }, signer.sign);
    const profile = decodeProfile(signed.bytes);
    assert(profile.ok, 'an own profile keeps to the rules of names');
    store(tx, profile.value, signed);
    return signed;
  }

  return {
    async put(signed, of) {
      const verified = verifyProfile(signed, of);
      if (!verified.ok) return verified;
      return db.write((tx) => {
        const held = heldProfile(tx, verified.value);
        if (held && held.profile.version >= verified.value.version) return ok(false);
        store(tx, verified.value, signed);
        return ok(true);
      });
    },
    get: (ref) => heldProfile(db.read, ref),
    getMany: (refs) => refs.map((ref) => heldProfile(db.read, ref)).filter((held) => held !== undefined),
    search(typed, limit, filter) {
      const words = searchWords(typed);
      return words.length === 0 ? [] : findByWords(db.read, words, limit, filter);
    },
    publishOwn,
    async forget({ orgId, accountId }) {
      const row = sql.deleteFrom('profile').where('orgId', '=', orgId).where('accountId', '=', accountId);
      await db.write((tx) => tx.run(row));
    },
    onChange: listeners.add,
  };
}

function isSame(held: Profile, now: Pick<Profile, 'localName' | 'displayName' | 'state'>): boolean {
  return held.localName === now.localName && held.displayName === now.displayName && held.state === now.state;
}
