/**
 * What every KeyStore must keep, as named checks that throw: they run in node over the one in memory, and inside a real browser
 * over the one on its disk. `open` gives the same store again, as a new start of the program would.
 */

import type { AccountId, DeviceId, OrgId } from '../../protocol/ids.ts';
import { sign } from '../../protocol/seal/sign.ts';
import type { DeviceKeys, KeyStore } from './ports.ts';

type Check = (open: () => Promise<KeyStore>) => Promise<void>;
const { subtle } = globalThis.crypto;

function same(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
}

async function madeIn(store: KeyStore, mark = 1): Promise<DeviceKeys> {
  const [org, account, device] = ['org_x' as OrgId, 'acc_x' as AccountId, 'dev_x' as DeviceId];
  const keys = await store.fresh();
  const nonce = new Uint8Array(12);
  const vaultKey = Uint8Array.from({ length: 32 }, (_, i) => i);
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv: nonce }, keys.wrappingKey, vaultKey);
  return {
    ...keys,
    org,
    account,
    device,
    wrapped: { nonce, ciphertext: new Uint8Array(sealed) },
    vault: new Uint8Array([mark]),
    identity: new Uint8Array(),
  };
}

async function isRefused(work: () => Promise<unknown>): Promise<boolean> {
  return work().then(
    () => false,
    () => true,
  );
}

export const KEY_STORE_CONTRACT: Readonly<Record<string, Check>> = {
  'is empty at first, and after it was cleared': async (open) => {
    const store = await open();
    same(await store.read(), null);
    await store.write(await madeIn(store));
    await store.clear();
    same([await store.read(), await (await open()).read()], [null, null]);
  },

  'gives back after a new start what signs and unwraps as before': async (open) => {
    const store = await open();
    const written = await madeIn(store, 7);
    await store.write(written);
    const read = await (await open()).read();
    if (!read) throw new Error('nothing was kept');
    same([read.org, read.account, read.device, read.vault[0]], ['org_x', 'acc_x', 'dev_x', 7]);
    const [before, after] = [written.deviceKey, read.deviceKey];
    const one = await sign('card', new Uint8Array([1]), before.privateKey);
    same([...(await sign('card', new Uint8Array([1]), after.privateKey))], [...one]);
    const { nonce, ciphertext } = read.wrapped as {
      nonce: Uint8Array<ArrayBuffer>;
      ciphertext: Uint8Array<ArrayBuffer>;
    };
    const vaultKey = await subtle.decrypt({ name: 'AES-GCM', iv: nonce }, read.wrappingKey, ciphertext);
    same(new Uint8Array(vaultKey)[31], 31);
  },

  'keeps one: what is written takes the place of what was there': async (open) => {
    const store = await open();
    await store.write(await madeIn(store, 1));
    await store.write(await madeIn(store, 2));
    same((await (await open()).read())?.vault[0], 2);
  },

  'draws keys that are new and cannot be read out, not from a new start either': async (open) => {
    const store = await open();
    const [one, other] = [await store.fresh(), await store.fresh()];
    const publicKey = async ({ deviceKey }: typeof one) => [
      ...new Uint8Array(await subtle.exportKey('raw', deviceKey.publicKey)),
    ];
    if (JSON.stringify(await publicKey(one)) === JSON.stringify(await publicKey(other))) throw new Error('not new');
    await store.write(await madeIn(store));
    const read = await (await open()).read();
    for (const keys of [one, read ?? other]) {
      same(await isRefused(() => subtle.exportKey('pkcs8', keys.deviceKey.privateKey)), true);
      same(await isRefused(() => subtle.exportKey('raw', keys.wrappingKey)), true);
    }
  },
};
