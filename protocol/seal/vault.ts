/**
 * The vault (SEAL 3.1): an account's identity key, user keys and what it knows of others, encrypted under the vault key. The node
 * keeps the bytes and reads the outer fields. Always holds: what opens is this account's, in the version that it says.
 */
import { compareMembers } from '../chat/genesis.ts';
import { bool, bytes, bytesUpTo, decode, encode, fields, id, list, type TypeOf, uint, version } from '../codec.ts';
import { LIMITS } from '../limits.ts';
import type { MemberRef } from '../log/entry.ts';
import { assert, ok, type Result, refuse } from '../result.ts';
import { openAes, sealAes } from './aes.ts';
import { derive } from './derive.ts';
import { pad, unpad } from './padding.ts';
import { unlocker } from './unlockers.ts';

const head = { v: version(1), org: id('org'), account: id('account'), version: uint() };
const vaultHead = fields(head);
const vault = fields({ ...head, nonce: bytes(12), ciphertext: bytesUpTo(LIMITS.vaultBytes) });
export type Vault = TypeOf<typeof vault>;

/** Somebody else, as this account has seen and judged them. */
const known = fields({
  org: id('org'),
  account: id('account'),
  /** `pinOf` the identity key that is pinned. */
  pin: bytes(16),
  /** The safety number was compared. */
  verified: bool,
  /** The key changed without the old one's word, and nobody has acknowledged that yet. */
  changed: bool,
});
export type KnownIdentity = TypeOf<typeof known>;

const inside = fields({
  v: version(1),
  uikSeed: bytes(32),
  /** Private user keys, generation 1 first. */
  uks: list(bytes(32), LIMITS.userKeys),
  /** `seq` of the newest own card when this was written. */
  cardSeq: uint(),
  unlockers: list(unlocker, LIMITS.unlockers),
  known: list(known, LIMITS.knownIdentities),
  settings: bytesUpTo(LIMITS.settingsBytes),
});
export type VaultInside = Omit<TypeOf<typeof inside>, 'v'>;

/** What stands for an identity key (32 bytes) among the known: 16 bytes. */
export function pinOf(uik: Uint8Array): Uint8Array {
  return derive(uik, 'pin').slice(0, 16);
}

function vaultAad({ org, account }: MemberRef, versionOf: number): Uint8Array {
  return encode(vaultHead, { v: 1, org, account, version: versionOf });
}

/** The outer fields, for the node and before opening. Refuses what is not a vault. */
export function decodeVault(vaultBytes: Uint8Array): Result<Vault> {
  return decode(vault, vaultBytes, LIMITS.vaultBytes);
}

/** The vault's bytes. `vaultKey`: 32 bytes; `nonce`: 12 random bytes. Refuses `too_big` where it holds more than a vault may. */
export async function sealVault(
  member: MemberRef,
  versionOf: number,
  vaultKey: Uint8Array,
  nonce: Uint8Array,
  content: VaultInside,
): Promise<Result<Uint8Array>> {
  assert(content.uks.length > 0 && content.unlockers.length > 0, 'a vault without user key or unlocker');
  const sorted = content.known.toSorted(compareMembers);
  const clear = encode(inside, { v: 1, ...content, known: sorted });
  // What could not be read again must not take the place of what can.
  const whole = decode(inside, clear, LIMITS.vaultBytes);
  if (!whole.ok) return whole;
  const ciphertext = await sealAes(derive(vaultKey, 'vault'), nonce, vaultAad(member, versionOf), pad(clear));
  const { org, account } = member;
  return ok(encode(vault, { v: 1, org, account, version: versionOf, nonce, ciphertext }));
}

/** Refuses `vault_broken`: another account's, another key's, altered, or not in form. */
export async function openVault(
  member: MemberRef,
  vaultKey: Uint8Array,
  vaultBytes: Uint8Array,
): Promise<Result<{ readonly version: number; readonly inside: VaultInside }>> {
  const outer = decodeVault(vaultBytes);
  if (!outer.ok) return refuse('vault_broken', outer.refusal.code);
  const { org, account, version: versionOf, nonce, ciphertext } = outer.value;
  if (org !== member.org || account !== member.account) return refuse('vault_broken', 'account');
  const padded = await openAes(derive(vaultKey, 'vault'), nonce, vaultAad(member, versionOf), ciphertext);
  const clear = padded && unpad(padded);
  if (!clear?.ok) return refuse('vault_broken', 'does not open');
  const read = decode(inside, clear.value, LIMITS.vaultBytes);
  if (!read.ok) return refuse('vault_broken', read.refusal.code);
  if (read.value.uks.length === 0 || read.value.unlockers.length === 0) return refuse('vault_broken', 'empty');
  return ok({ version: versionOf, inside: read.value });
}

/**
 * Is the vault as new as it must be? `seenVersion`: the highest that this device has seen (0: none); `own`: the newest own card
 * that the node serves. Refuses `vault_rolled_back`.
 */
export function checkVaultAge(
  opened: { readonly version: number; readonly inside: VaultInside },
  seenVersion: number,
  own: { readonly seq: number; readonly ukGen: number } | null,
): Result<null> {
  if (opened.version < seenVersion) return refuse('vault_rolled_back', 'version');
  if (own && own.ukGen > opened.inside.uks.length) return refuse('vault_rolled_back', 'user key');
  if (own && own.seq > opened.inside.cardSeq + LIMITS.cardsAhead) return refuse('vault_rolled_back', 'card');
  return ok(null);
}
