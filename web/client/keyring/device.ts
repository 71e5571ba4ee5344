/** What this device keeps (SEAL 3.3): the vault key, under a key that only the platform can use, beside the vault it opens. */
import type { DeviceId } from '../../../protocol/ids.ts';
import type { MemberRef } from '../../../protocol/log/entry.ts';
import { type Result, refuse } from '../../../protocol/result.ts';
import { openAes, sealAes } from '../../../protocol/seal/aes.ts';
import type { DeviceKeys, FreshKeys, KeyStore, Random } from '../ports.ts';
import { type OpenVault, openWithKey } from './opening.ts';

const NO_AAD = new Uint8Array();

export interface ThisDevice extends FreshKeys {
  readonly device: DeviceId;
}

/** What the own device key signs with, and what it keeps. */
export async function keepOnDevice(
  keys: KeyStore,
  random: Random,
  { device, deviceKey, wrappingKey }: ThisDevice,
  open: OpenVault,
): Promise<void> {
  const nonce = random.bytes(12);
  const ciphertext = await sealAes(wrappingKey, nonce, NO_AAD, open.vaultKey);
  const { org, account } = open.identity;
  const { vault, chain: identity } = open;
  await keys.write({ org, account, device, deviceKey, wrappingKey, wrapped: { nonce, ciphertext }, vault, identity });
}

/** Opens what was kept. Refuses `vault_broken`, and what `openWithKey` does. */
export async function openFromDevice(member: MemberRef, kept: DeviceKeys): Promise<Result<OpenVault>> {
  const { nonce, ciphertext } = kept.wrapped;
  const vaultKey = await openAes(kept.wrappingKey, nonce, NO_AAD, ciphertext);
  if (!vaultKey) return refuse('vault_broken', 'device');
  return openWithKey(member, { vault: kept.vault, chain: kept.identity }, vaultKey, 0);
}
