/**
 * Opening what the node keeps. Always holds: an `OpenVault` is this account's, as new as it must be, and the chain beside it has the
 * identity key and the user keys of the vault; a node that serves another is refused, whatever it says.
 */
import { equalBytes } from '../../../protocol/bytes.ts';
import { type Identity, verifyIdentity } from '../../../protocol/identity/identity-chain.ts';
import type { MemberRef } from '../../../protocol/log/entry.ts';
import { ok, type Result, refuse } from '../../../protocol/result.ts';
import { publicKeyOf } from '../../../protocol/seal/sign.ts';
import { checkVaultAge, openVault, type VaultInside } from '../../../protocol/seal/vault.ts';
import { userPublicKey } from '../../../protocol/seal/x25519.ts';
import type { Kept } from './kept.ts';

export interface OpenVault {
  readonly vaultKey: Uint8Array;
  readonly version: number;
  readonly inside: VaultInside;
  /** As the node keeps them. */
  readonly vault: Uint8Array;
  readonly chain: Uint8Array;
  readonly identity: Identity;
}

/** Stands in the vault for a user key that a reset has lost. */
export const LOST_KEY = new Uint8Array(32);

/**
 * `seenVersion`: the highest that this device has seen, 0 for none. Refuses `vault_broken`, `vault_rolled_back`, and
 * `identity_forked` where the chain is not the vault's.
 */
export async function openWithKey(
  member: MemberRef,
  { vault, chain }: Pick<Kept, 'vault' | 'chain'>,
  vaultKey: Uint8Array,
  seenVersion: number,
): Promise<Result<OpenVault>> {
  if (!vault || !chain) return refuse('vault_broken', 'missing');
  const opened = await openVault(member, vaultKey, vault);
  if (!opened.ok) return opened;
  const { version, inside } = opened.value;
  // Nobody has to vouch for what the own key signed.
  const identity = verifyIdentity(chain, null);
  if (!identity.ok) return identity;
  const fits = await checkOwn(member, inside, identity.value);
  if (!fits.ok) return fits;
  const age = checkVaultAge(opened.value, seenVersion, identity.value);
  if (!age.ok) return age;
  if (!(await hasUserKey(inside, identity.value))) return refuse('identity_forked', 'own user key');
  return ok({ vaultKey, version, inside, vault, chain, identity: identity.value });
}

async function checkOwn(member: MemberRef, inside: VaultInside, identity: Identity): Promise<Result<null>> {
  if (identity.org !== member.org || identity.account !== member.account) return refuse('identity_forked', 'account');
  const own = await publicKeyOf(inside.uikSeed);
  return equalBytes(own, identity.uik) ? ok(null) : refuse('identity_forked', 'own identity key');
}

async function hasUserKey({ uks }: VaultInside, { ukGen, uk }: Identity): Promise<boolean> {
  const own = uks[ukGen - 1];
  return own !== undefined && equalBytes(await userPublicKey(own), uk);
}
