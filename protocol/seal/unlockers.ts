/**
 * Unlockers (SEAL 3.1, 3.2): what opens the vault. Each is an X25519 key derived from a secret that only its owner has; the vault
 * key is sealed to every one of them, in an envelope that the node keeps. Always holds: the public keys come from inside the
 * vault, so that the node cannot add one of its own.
 */
import { utf8 } from '../bytes.ts';
import { bytes, encode, fields, id, type TypeOf, uint } from '../codec.ts';
import { taggedHash } from '../hash.ts';
import { type AccountId, idBytes } from '../ids.ts';
import type { MemberRef } from '../log/entry.ts';
import { ok, type Result, refuse } from '../result.ts';
import { derive } from './derive.ts';
import { HPKE_OVERHEAD, openWith, sealTo } from './hpke.ts';
import { importPair, userPublicKey, type X25519Pair } from './x25519.ts';

export const UNLOCKER_KINDS = { password: 0, code: 1, passkey: 2 } as const;
export type UnlockerKind = keyof typeof UNLOCKER_KINDS;

/** `kind` as its number; `id` 16 random bytes. */
export const unlocker = fields({ kind: uint(2), id: bytes(16), publicKey: bytes(32) });
export type Unlocker = TypeOf<typeof unlocker>;

/** The vault key for one unlocker, 80 bytes sealed. */
export const envelope = fields({ kind: uint(2), id: bytes(16), sealed: bytes(HPKE_OVERHEAD + 32) });
export type Envelope = TypeOf<typeof envelope>;

const envelopeAad = fields({ org: id('org'), account: id('account'), kind: uint(2), id: bytes(16) });
const INFO = utf8('conclave/1/seal/unlock');

function privateKeyOf(kind: UnlockerKind, secret: Uint8Array): Uint8Array {
  return derive(secret, 'unlock', Uint8Array.of(UNLOCKER_KINDS[kind]));
}

/** `secret`: OPAQUE's export key, the 20 bytes of the recovery code, or the 32 bytes of a passkey's PRF. */
export async function makeUnlocker(kind: UnlockerKind, idOf: Uint8Array, secret: Uint8Array): Promise<Unlocker> {
  return { kind: UNLOCKER_KINDS[kind], id: idOf, publicKey: await userPublicKey(privateKeyOf(kind, secret)) };
}

/** What a passkey's PRF is asked about. 32 bytes. */
export function prfSalt(account: AccountId): Uint8Array {
  return taggedHash('prf', idBytes(account));
}

function aadOf({ org, account }: MemberRef, { kind, id: idOf }: { kind: number; id: Uint8Array }): Uint8Array {
  return encode(envelopeAad, { org, account, kind, id: idOf });
}

/** One envelope for each. `vaultKey`: 32 bytes; `random(n)`: n random bytes. Refuses `bad_key`. */
export async function sealEnvelopes(
  member: MemberRef,
  unlockers: readonly Unlocker[],
  vaultKey: Uint8Array,
  random: (bytes: number) => Uint8Array,
): Promise<Result<Envelope[]>> {
  const envelopes: Envelope[] = [];
  for (const each of unlockers) {
    const sealed = await sealTo(each.publicKey, random(32), INFO, aadOf(member, each), vaultKey);
    if (!sealed.ok) return sealed;
    envelopes.push({ kind: each.kind, id: each.id, sealed: sealed.value });
  }
  return ok(envelopes);
}

function openEnvelope(member: MemberRef, each: Envelope, pair: X25519Pair): Promise<Uint8Array | null> {
  return openWith(pair, INFO, aadOf(member, each), each.sealed);
}

/** The vault key, 32 bytes. Refuses `wrong_code` (`passkey_wrong` for a passkey) where no envelope of that kind opens with the secret. */
export async function openEnvelopes(
  member: MemberRef,
  envelopes: readonly Envelope[],
  kind: UnlockerKind,
  secret: Uint8Array,
): Promise<Result<Uint8Array>> {
  const pair = await importPair(privateKeyOf(kind, secret));
  for (const each of envelopes.filter((one) => one.kind === UNLOCKER_KINDS[kind])) {
    const vaultKey = await openEnvelope(member, each, pair);
    if (vaultKey?.length === 32) return ok(vaultKey);
  }
  return refuse(kind === 'passkey' ? 'passkey_wrong' : 'wrong_code', kind);
}
