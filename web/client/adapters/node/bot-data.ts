/** What stands in a bot's file, as JSON, with bytes in base64url. Its shape is for Conclave alone. */
import { z } from 'zod';
import type { AccountId, DeviceId, OrgId } from '../../../../protocol/ids.ts';
import { fromBase64, toBase64 } from '../../base64.ts';
import type { DeviceKeys } from '../../ports.ts';
import { fileKeysFrom, secretsOf } from './file-keys.ts';

const bytes = z.codec(z.base64url(), z.custom<Uint8Array>(), { decode: fromBase64, encode: toBase64 });
const keys = z.object({
  org: z.string(),
  account: z.string(),
  device: z.string(),
  /** PKCS #8, and the 32 bytes of the public one. */
  deviceKey: bytes,
  devicePublicKey: bytes,
  wrappingKey: bytes,
  nonce: bytes,
  ciphertext: bytes,
  vault: bytes,
  identity: bytes,
});
const data = z.object({
  v: z.literal(1),
  node: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1),
  code: z.string().nullable(),
  keys: keys.nullable(),
});

export type BotData = z.input<typeof data>;
type PackedKeys = z.input<typeof keys>;

/** Null: not of that shape. */
export function parseBotData(text: string): BotData | null {
  try {
    const value: unknown = JSON.parse(text);
    return data.safeParse(value).success ? (value as BotData) : null;
  } catch {
    return null;
  }
}

/** Of keys that `fileKeysFrom` or `drawFileKeys` gave. */
export function packKeys({ wrapped, deviceKey, wrappingKey, ...rest }: DeviceKeys): PackedKeys {
  return z.encode(keys, { ...rest, ...wrapped, ...secretsOf({ deviceKey, wrappingKey }) });
}

export async function unpackKeys(packed: PackedKeys): Promise<DeviceKeys> {
  const { org, account, device, nonce, ciphertext, vault, identity, ...secrets } = z.decode(keys, packed);
  const [whose, fresh] = [{ org: org as OrgId, account: account as AccountId }, await fileKeysFrom(secrets)] as const;
  return { ...whose, device: device as DeviceId, ...fresh, wrapped: { nonce, ciphertext }, vault, identity };
}
