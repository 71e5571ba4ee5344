/**
 * The keys of the accounts here: identity chain, vault, envelopes (SEAL 2.4, 3.1). Always holds: a stored chain was verified and
 * advances the one before it, so nobody but who has the identity key adds a device; every other change of the key is a reset,
 * told to the chats in the same transaction; a vault is never replaced by one that does not follow it. What is inside the vault
 * the node cannot know.
 */
import { decodeOrThrow, encode } from '../../protocol/codec.ts';
import { type Advance, advance } from '../../protocol/identity/advance.ts';
import { counterMessage, decodeSignedCard, readCard, type SignedCard } from '../../protocol/identity/card.ts';
import { verifyIdentity, withCard } from '../../protocol/identity/identity-chain.ts';
import type { AccountId, DeviceId, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import { type Envelope, envelope } from '../../protocol/seal/unlockers.ts';
import { decodeVault } from '../../protocol/seal/vault.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { writeOrRefuse } from '../db/write.ts';
import type { Signer } from '../ports.ts';
import type { AccountChanges } from './changes.ts';
import { identityOf, resetAccounts, type StoredKeys, storedKeys, storeKeys } from './key-rows.ts';

/** Whose keys, and from which of its devices they come. */
export interface KeyHolder {
  readonly accountId: AccountId;
  readonly device: DeviceId;
}

/** null: stays as it is. */
export interface NewKeys {
  /** An encoded signed card; its counter-signature is the node's and is not looked at. */
  readonly card: Uint8Array | null;
  readonly vault: Uint8Array | null;
  /** All of them; with a vault only. */
  readonly envelopes: readonly Envelope[] | null;
}

export type NewVault = { readonly [K in 'vault' | 'envelopes']: NonNullable<NewKeys[K]> };

export interface AccountKeys {
  get(accountId: AccountId): StoredKeys;
  /** The identity chain, as others may have it. */
  identity(accountId: AccountId): Uint8Array | null;
  /**
   * Card, vault and envelopes in one transaction; the chain that holds then.
   * Refuses the codec's refusals, `bad_card`, `bad_key`, `bad_signature`, `card_older`, `identity_forked`, `bad_device` (the card of an
   * enrolment, of a reset or of a token does not name who brings it), `vault_conflict`, `bad_input`.
   */
  put(holder: KeyHolder, byToken: boolean, keys: NewKeys): Promise<Result<{ identity: Uint8Array | null }>>;
  /** The vault that a new password opens, null where the account has none. Refuses (throws) as `put`, `bad_input`. */
  rewrap(tx: Tx, accountId: AccountId, vault: NewVault | null): void;
  /** The first keys of an account, within the transaction that lets it in. Refuses (throws) as `put`, `bad_input` where there are some. */
  enrol(tx: Tx, holder: KeyHolder, keys: NewKeys): void;
  /** Accounts that were ever reset, with their chains: who starts the node makes sure that the chats know. */
  reset(): readonly { accountId: AccountId; identity: Uint8Array }[];
}

export interface KeysParts {
  readonly db: Database;
  readonly changes: AccountChanges;
  /** Whose accounts these are; the operational key counter-signs. */
  readonly organisation: { readonly orgId: OrgId; readonly signer: Signer };
}

const ENVELOPE_BYTES = 128;

export function createKeys({ db, changes, organisation }: KeysParts): AccountKeys {
  const { orgId, signer } = organisation;

  function write(tx: Tx, holder: KeyHolder, byToken: boolean, keys: NewKeys): void {
    const { accountId } = holder;
    const before = storedKeys(tx, accountId);
    const next = keys.card && follow(before.identity, holder, byToken, keys.card);
    const vault = nextVault(before, accountId, keys);
    const identity = next ? next.chain : before.identity;
    const resets = next ? next.identity.resets.length : before.resets;
    storeKeys(tx, accountId, { ...before, ...vault, identity, resets });
    if (next && next.how !== 'same')
      changes.tell({ kind: 'keys', accountId, identity: next.chain, isReset: next.how === 'reset' }, tx);
  }

  function follow(
    before: Uint8Array | null,
    { accountId, device }: KeyHolder,
    byToken: boolean,
    cardBytes: Uint8Array,
  ) {
    const brought = must(decodeSignedCard(cardBytes));
    const { change } = must(readCard(brought.bytes));
    const card = { ...brought, counter: new Uint8Array() };
    const identity = must(verifyIdentity(must(withCard(before, card)), null));
    if (identity.org !== orgId || identity.account !== accountId) throw new Refused('bad_card', 'account');
    const isNamed = identity.devices.some((each) => each.device === device);
    if (!isNamed && (byToken || change !== 'update')) throw new Refused('bad_device', 'not in its own card');
    const how: Advance = must(advance(before && must(verifyIdentity(before, null)), identity));
    // Signed last: the operational key vouches for nothing that is refused afterwards.
    const chain = how === 'same' && before ? before : must(withCard(before, countered(card, change)));
    return { chain, identity, how };
  }

  function countered(card: SignedCard, change: string): SignedCard {
    return change === 'update' ? card : { ...card, counter: signer.sign(counterMessage(card.bytes)) };
  }

  function nextVault(
    before: StoredKeys,
    accountId: AccountId,
    { vault, envelopes }: Omit<NewKeys, 'card'>,
  ): Partial<StoredKeys> {
    if (envelopes) checkEnvelopes(envelopes);
    if (!vault) {
      if (envelopes) throw new Refused('bad_input', 'envelopes without a vault');
      return {};
    }
    const { org, account, version } = must(decodeVault(vault));
    if (org !== orgId || account !== accountId) throw new Refused('bad_input', 'vault of another account');
    if (version !== before.vaultVersion + 1) throw new Refused('vault_conflict', `version ${before.vaultVersion}`);
    if (!envelopes && before.envelopes.length === 0) throw new Refused('bad_input', 'a vault that nothing opens');
    return { vault, vaultVersion: version, envelopes: envelopes ?? before.envelopes };
  }

  return {
    get: (accountId) => storedKeys(db.read, accountId),
    identity: (accountId) => identityOf(db.read, accountId),
    put: (holder, byToken, keys) =>
      writeOrRefuse(db, (tx) => {
        write(tx, holder, byToken, keys);
        return { identity: identityOf(tx, holder.accountId) };
      }),
    rewrap(tx, accountId, vault) {
      const before = storedKeys(tx, accountId);
      if ((before.vault === null) !== (vault === null))
        throw new Refused('bad_input', 'the vault goes with the password');
      if (vault) storeKeys(tx, accountId, { ...before, ...nextVault(before, accountId, vault) });
    },
    enrol(tx, holder, keys) {
      const { identity, vaultVersion } = storedKeys(tx, holder.accountId);
      if (identity || vaultVersion > 0) throw new Refused('bad_input', 'the account has keys already');
      write(tx, holder, false, keys);
    },
    reset: () => resetAccounts(db.read),
  };
}

function checkEnvelopes(envelopes: readonly Envelope[]): void {
  if (envelopes.length === 0 || envelopes.length > LIMITS.unlockers)
    throw new Refused('bad_input', `envelopes: 1 to ${LIMITS.unlockers}`);
  for (const each of envelopes) decodeOrThrow(envelope, encode(envelope, each), ENVELOPE_BYTES);
  const names = new Set(envelopes.map(({ kind, id }) => `${kind}/${id.toHex()}`));
  if (names.size !== envelopes.length) throw new Refused('bad_input', 'one envelope twice');
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Refused(result.refusal.code, result.refusal.detail);
  return result.value;
}
