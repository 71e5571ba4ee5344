/** Keys that the platform draws and does not give out again (SEAL 2.1, 3.3). */
import type { FreshKeys } from '../ports.ts';

export async function drawFreshKeys(): Promise<FreshKeys> {
  const { subtle } = crypto;
  const deviceKey: unknown = await subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
  const wrappingKey = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  return { deviceKey: deviceKey as FreshKeys['deviceKey'], wrappingKey };
}
