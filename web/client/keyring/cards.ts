/** The own cards (SEAL 2.2), signed by the identity key of the vault. The node adds its counter-signature. */
import { type Card, cardMessage, encodeSignedCard } from '../../../protocol/identity/card.ts';
import { composeCard, type Identity } from '../../../protocol/identity/identity-chain.ts';
import type { DeviceId } from '../../../protocol/ids.ts';
import type { MemberRef } from '../../../protocol/log/entry.ts';
import { assert } from '../../../protocol/result.ts';
import { importSigner, publicKeyOf } from '../../../protocol/seal/sign.ts';
import { plain, subtle } from '../../../protocol/seal/subtle.ts';
import { userPublicKey } from '../../../protocol/seal/x25519.ts';
import type { DeviceKeys } from '../ports.ts';

export interface CardWish {
  readonly change: Exclude<Card['change'], 'succeed'>;
  readonly uikSeed: Uint8Array;
  /** Private user keys, generation 1 first; the card names the last. */
  readonly uks: readonly Uint8Array[];
  readonly devices: Card['devices'];
  /** Milliseconds. */
  readonly now: number;
}

/** An encoded signed card that follows `before` (null: none), and its seq. */
export async function makeCard(
  member: MemberRef,
  before: Identity | null,
  { change, uikSeed, uks, devices, now }: CardWish,
): Promise<{ readonly card: Uint8Array; readonly seq: number }> {
  const newest = uks.at(-1);
  assert(newest, 'a user key');
  const [uik, uk] = await Promise.all([publicKeyOf(uikSeed), userPublicKey(newest)]);
  const bytes = composeCard(member, before, { change, uik, ukGen: uks.length, uk, devices, issuedAt: now });
  const signer = await importSigner(uikSeed);
  const signature = new Uint8Array(await subtle.sign('Ed25519', signer, plain(cardMessage(bytes))));
  const none = new Uint8Array();
  return {
    card: encodeSignedCard({ bytes, signature, counter: none, former: none }),
    seq: before ? before.seq + 1 : 0,
  };
}

/** As a card names it. */
export async function cardDevice(
  device: DeviceId,
  { publicKey }: DeviceKeys['deviceKey'],
): Promise<Card['devices'][number]> {
  return { device, dk: new Uint8Array(await subtle.exportKey('raw', publicKey)) };
}
