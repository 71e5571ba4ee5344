/**
 * Keys that can be written to a file, which node has nothing better for. Always holds: nobody else reads them out, since the objects
 * handed on are as closed as a browser's; what they are made of stays here.
 */
import type { FreshKeys } from '../../ports.ts';

type Own = Uint8Array<ArrayBuffer>;

export interface FileSecrets {
  /** PKCS #8. */
  readonly deviceKey: Uint8Array;
  readonly devicePublicKey: Uint8Array;
  readonly wrappingKey: Uint8Array;
}

const { subtle } = crypto;
const secrets = new WeakMap<CryptoKey, Uint8Array>();

export async function drawFileKeys(): Promise<FreshKeys> {
  const pair: unknown = await subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']);
  const { privateKey, publicKey } = pair as FreshKeys['deviceKey'];
  const wrapping = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt']);
  const exported = async (form: 'pkcs8' | 'raw', key: CryptoKey) => new Uint8Array(await subtle.exportKey(form, key));
  return fileKeysFrom({
    deviceKey: await exported('pkcs8', privateKey),
    devicePublicKey: await exported('raw', publicKey),
    wrappingKey: await exported('raw', wrapping),
  });
}

export async function fileKeysFrom(from: FileSecrets): Promise<FreshKeys> {
  const [deviceKey, devicePublicKey, wrappingKey] = [from.deviceKey, from.devicePublicKey, from.wrappingKey].map(
    (each) => new Uint8Array(each),
  ) as [Own, Own, Own];
  const privateKey = await subtle.importKey('pkcs8', deviceKey, { name: 'Ed25519' }, false, ['sign']);
  const publicKey = await subtle.importKey('raw', devicePublicKey, { name: 'Ed25519' }, true, ['verify']);
  const wrapping = await subtle.importKey('raw', wrappingKey, { name: 'AES-GCM' }, false, ['encrypt', 'decrypt']);
  secrets.set(privateKey, deviceKey).set(publicKey, devicePublicKey).set(wrapping, wrappingKey);
  return { deviceKey: { privateKey, publicKey }, wrappingKey: wrapping };
}

/** Only of keys that were made here; of others it is a bug to ask. */
export function secretsOf({ deviceKey, wrappingKey }: FreshKeys): FileSecrets {
  return {
    deviceKey: known(deviceKey.privateKey),
    devicePublicKey: known(deviceKey.publicKey),
    wrappingKey: known(wrappingKey),
  };
}

function known(key: CryptoKey): Uint8Array {
  const bytes = secrets.get(key);
  if (!bytes) throw new Error('a key that was not made for a file');
  return bytes;
}
