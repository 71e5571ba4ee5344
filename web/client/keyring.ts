/**
 * The keys of the account that is open here: what chats are sealed and signed with, and who others are. Always holds: the identity
 * has the identity key that lies in the vault and names this device with this device key; private keys never leave the Worker.
 */
import type { MemberKey } from '../../protocol/chat/state.ts';
import type { Identity } from '../../protocol/identity/identity-chain.ts';
import type { AccountId, DeviceId, OrgId } from '../../protocol/ids.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';

/** Somebody else, checked and compared with what was seen before (SEAL 2.5). */
export interface SeenIdentity {
  readonly identity: Identity;
  /** The chain that was verified, as it goes into intents. */
  readonly chain: Uint8Array;
  /** `changed`: another identity key than was pinned, without the old one's word, and nobody has acknowledged that. */
  readonly mark: 'pinned' | 'verified' | 'changed';
}

export interface Keyring {
  readonly org: OrgId;
  readonly account: AccountId;
  readonly device: DeviceId;
  /** Private key of Ed25519, for `sign` of protocol/seal/sign.ts. */
  readonly deviceKey: CryptoKey;
  /** The own identity as the node serves it, with the newest card. */
  identity(): Identity;
  /** Its bytes, counter-signed. */
  identityChain(): Uint8Array;
  /** Private user key of that generation (X25519, 32 bytes), from 1; null: there is none. */
  userKey(generation: number): Uint8Array | null;
  /**
   * Who they are, by `memberKey`; who has no keys, or is unknown, is left out. Pins whom it sees for the first time. Throws
   * `Fault` when the node cannot be reached; a chain that does not verify is left out and reported.
   */
  identitiesOf(members: readonly MemberRef[]): Promise<ReadonlyMap<MemberKey, SeenIdentity>>;
  /** As `identitiesOf`, of one. */
  identityOf(org: OrgId, account: AccountId): Promise<SeenIdentity | null>;
  /**
   * Takes note of somebody that a chat's control log shows: pins at first sight. Where another key is pinned, the node is asked for
   * the newest chain in the background, and that one is judged. `chain` was verified.
   */
  meet(identity: Identity, chain: Uint8Array): void;
  /**
   * What is known without asking anybody; `none`: was asked for and has no keys; `unanswered`: was asked for, and the node of that
   * organisation has not answered yet (it is asked again by itself); null: nothing.
   */
  markOf(org: OrgId, account: AccountId): SeenIdentity['mark'] | 'none' | 'unanswered' | null;
  /** The newest chain that was seen and verified since the start, without asking anybody; null: none was. */
  chainOf(org: OrgId, account: AccountId): Uint8Array | null;
  /**
   * Reads what other devices of this account wrote: user keys, the newest card. For when `userKey` has none. Throws `Fault` when
   * the node cannot be reached.
   */
  refresh(): Promise<void>;
  /** Calls back after each change of the own card (`own`) or of what is known of others. Gives what ends it. */
  watch(changed: (what: 'own' | 'others') => void): () => void;
}

/** Why nothing came of asking for the keys of this person. */
export function whyWithout(keyring: Keyring | null, { org, account }: MemberRef): RefusalCode {
  return keyring?.markOf(org, account) === 'unanswered' ? 'not_connected' : 'keys_missing';
}
