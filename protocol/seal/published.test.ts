/**
 * SEAL 1.2, 5.4: examples that others have published. RFC 9180's stand here; Wycheproof's are read from the folder that
 * CONCLAVE_VECTORS names, and skipped with a word where it names none.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import { isAdmissibleUserKey } from '../identity/user-key.ts';
import { unwrap } from '../testing/orgs.ts';
import { fromHex, toHex } from '../testing/vectors.ts';
import { openAes, sealAes } from './aes.ts';
import { FILE_HEADER_BYTES, openFile, sealFile } from './files.ts';
import { openWith, sealTo } from './hpke.ts';
import { importPair, sharedSecret, userPublicKey } from './x25519.ts';

const none = new Uint8Array();

describe('RFC 9180', () => {
  const info = fromHex('4f6465206f6e2061204772656369616e2055726e');
  const clear = fromHex('4265617574792069732074727574682c20747275746820626561757479');

  test('what its vectors sealed for DHKEM(X25519), HKDF-SHA256, AES-256-GCM opens', async () => {
    const pair = await importPair(fromHex('497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d'));
    const enc = '6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256';
    const ciphertext = 'e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a';
    expect(await openWith(pair, info, fromHex('436f756e742d30'), fromHex(enc + ciphertext))).toEqual(clear);
  });

  test('the ephemeral key of A.1.1 is made of its random bytes', async () => {
    const pkR = fromHex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d');
    const ikmE = fromHex('7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234');
    const sealed = unwrap(await sealTo(pkR, ikmE, info, none, clear));
    expect(toHex(sealed.slice(0, 32))).toBe('37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431');
  });
});

interface Group {
  readonly keySize: number;
  readonly ivSize: number;
  readonly tagSize: number;
  readonly tests: readonly Record<string, string>[];
}

const folder = process.env.CONCLAVE_VECTORS;

/** The groups of a file, with every test's fields. */
function groupsOf(name: string): Group[] {
  return (JSON.parse(readFileSync(join(folder ?? '', 'wycheproof', name), 'utf8')) as { testGroups: Group[] })
    .testGroups;
}

const field = (vector: Record<string, string>, name: string) => fromHex(vector[name] ?? '');

/** The whole of a sealed file, or null where anything of it does not open. */
async function openWhole(key: Uint8Array, context: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | null> {
  const opener = await openFile(key, sealed.slice(0, FILE_HEADER_BYTES), sealed.length, context);
  if (!opener.ok) return null;
  const parts: Uint8Array[] = [];
  for (let index = 0; index < opener.value.chunks; index++) {
    const { offset, length } = opener.value.place(index);
    const clear = await opener.value.openChunk(index, sealed.subarray(offset, offset + length));
    if (!clear.ok) return null;
    parts.push(clear.value);
  }
  return Buffer.concat(parts);
}

describe.skipIf(!folder || !existsSync(join(folder, 'wycheproof')))(
  'Wycheproof (skipped unless CONCLAVE_VECTORS names the folder of the vectors)',
  () => {
    test('AES-256-GCM', async () => {
      const groups = groupsOf('aes_gcm_test.json').filter((each) => each.keySize === 256 && each.ivSize === 96);
      expect(groups.length).toBeGreaterThan(0);
      for (const vector of groups.flatMap(({ tests }) => tests)) {
        const [key, iv, aad, msg] = ['key', 'iv', 'aad', 'msg'].map((name) => field(vector, name)) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ];
        const sealed = fromHex(`${vector.ct}${vector.tag}`);
        const opened = await openAes(key, iv, aad, sealed);
        if (vector.result === 'valid') {
          expect(opened).toEqual(msg);
          expect(await sealAes(key, iv, aad, msg)).toEqual(sealed);
        } else expect(opened).toBeNull();
      }
    });

    test('X25519: what is refused is a result of zeros', async () => {
      for (const vector of groupsOf('x25519_test.json').flatMap(({ tests }) => tests)) {
        const [secret, uk, shared] = [field(vector, 'private'), field(vector, 'public'), field(vector, 'shared')];
        const zeros = shared.every((byte) => byte === 0);
        const made = await sharedSecret(secret, uk);
        expect({ tcId: vector.tcId, made: made.ok && toHex(made.value) }).toEqual({
          tcId: vector.tcId,
          made: !zeros && vector.shared,
        });
        // Admissible are keys of one spelling only, which is more than X25519 asks.
        const canonical = BigInt(`0x${toHex(uk.toReversed())}`) < 2n ** 255n - 19n;
        expect({ tcId: vector.tcId, admissible: isAdmissibleUserKey(uk) }).toEqual({
          tcId: vector.tcId,
          admissible: !zeros && canonical,
        });
        expect(await userPublicKey(secret)).toHaveLength(32);
      }
    });

    test.each([
      ['hkdf_sha256_test.json', sha256],
      ['hkdf_sha512_test.json', sha512],
    ] as const)('%s', (name, hash) => {
      for (const vector of groupsOf(name).flatMap(({ tests }) => tests)) {
        const [ikm, salt, info] = [field(vector, 'ikm'), field(vector, 'salt'), field(vector, 'info')];
        const made = () => toHex(hkdf(hash, ikm, salt, info, Number(vector.size)));
        if (vector.result === 'valid') expect(made()).toBe(vector.okm);
        else expect(made).toThrow();
      }
    });

    test('HMAC-SHA-256', () => {
      for (const { tagSize, tests } of groupsOf('hmac_sha256_test.json')) {
        for (const vector of tests) {
          const made = toHex(hmac(sha256, field(vector, 'key'), field(vector, 'msg'))).slice(0, tagSize / 4);
          expect(made === vector.tag).toBe(vector.result === 'valid');
        }
      }
    });

    test('files: C2SP chunked encryption with AES-256-GCM', async () => {
      const tests = groupsOf('c2sp_chunked_encryption_aes_256_gcm_test.json').flatMap((group) => group.tests);
      for (const vector of tests) {
        const sealed = vector.ct === '' ? none : new Uint8Array(inflateSync(field(vector, 'ct')));
        const [key, context] = [field(vector, 'key'), field(vector, 'ctx')];
        const opened = await openWhole(key, context, sealed);
        const valid = vector.result === 'valid';
        expect({ tcId: vector.tcId, opened: opened !== null }).toEqual({ tcId: vector.tcId, opened: valid });
        if (!opened) continue;
        expect(createHash('sha512').update(opened).digest('hex')).toBe(vector.msgSha512);
        const sealer = await sealFile(key, sealed.slice(0, 24), context);
        expect(sealer.header).toEqual(sealed.slice(0, FILE_HEADER_BYTES));
        expect(await sealer.sealChunk(0, opened.subarray(0, 16_384))).toEqual(
          sealed.slice(FILE_HEADER_BYTES, FILE_HEADER_BYTES + 16_400),
        );
      }
    });
  },
);
