import { createPrivateKey, createPublicKey, sign as nativeSign, verify as nativeVerify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as noble from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '../bytes.ts';
import { isAdmissibleKey, verify, verifyPortable, verifySync } from '../ed25519.ts';
import { keepsTheRule, probes } from '../ed25519-probes.ts';
import { verifyWeb, webKeepsTheRule } from '../ed25519-web.ts';
import { signedBytes } from '../hash.ts';

noble.hashes.sha512 = sha512;

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const PRIME = 2n ** 255n - 19n;
/** Every point of order 1, 2, 4 and 8, and the encodings of them that are not canonical. */
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
].map(fromHex);

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function littleEndian(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0')).reverse();
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function byNative(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') };
    return nativeVerify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  } catch {
    return false;
  }
}

function byPortable(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  try {
    return verifyPortable(message, key, signature);
  } catch {
    return false;
  }
}

function keyPair(seed: Uint8Array): { key: Uint8Array; sign: (message: Uint8Array) => Uint8Array } {
  const der = concatBytes(fromHex('302e020100300506032b657004220420'), seed);
  const secret = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  const key = new Uint8Array(createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32));
  return { key, sign: (message) => new Uint8Array(nativeSign(null, message, secret)) };
}

const { key, sign } = keyPair(new Uint8Array(32).fill(7));
const message = utf8('what is signed');
const good = sign(message);
const [r, s] = [good.subarray(0, 32), good.subarray(32)];

/** Both agree on admissible keys, whatever the signature; on the others neither is asked. */
function expectAgreement(signature: Uint8Array, data: Uint8Array, under: Uint8Array): boolean {
  const native = byNative(signature, data, under);
  if (isAdmissibleKey(under)) expect(byPortable(signature, data, under)).toBe(native);
  return native;
}

describe('PROTOCOL 1.1: keys at admission', () => {
  test('takes the key of a seed', () => {
    expect(isAdmissibleKey(key)).toBe(true);
  });

  test.each(SMALL_ORDER.map((point) => [Buffer.from(point).toString('hex'), point]))(
    'refuses small order %s',
    (_, point) => {
      expect(isAdmissibleKey(point as Uint8Array)).toBe(false);
    },
  );

  test('the refusal is needed: under the neutral point, one signature verifies any message', () => {
    const neutral = SMALL_ORDER[0] as Uint8Array;
    const forged = concatBytes(noble.Point.BASE.toBytes(), littleEndian(1n));
    expect(byPortable(forged, message, neutral)).toBe(true);
    expect(byPortable(forged, utf8('anything else'), neutral)).toBe(true);
    expect(verifySync('record', message, neutral, forged)).toBe(false);
  });

  test('refuses encodings that are not canonical', () => {
    for (let y = 0n; y < 19n; y++) {
      for (const sign of [0n, 1n << 255n]) expect(isAdmissibleKey(littleEndian((PRIME + y) | sign))).toBe(false);
    }
  });

  test('refuses wrong lengths and what is not on the curve', () => {
    for (const length of [0, 1, 31, 33, 64]) expect(isAdmissibleKey(new Uint8Array(length).fill(1))).toBe(false);
    expect(isAdmissibleKey(littleEndian(2n))).toBe(false);
  });
});

describe('PROTOCOL 1.1: one verification rule, native and portable', () => {
  test('accept a good signature', () => {
    expect(expectAgreement(good, message, key)).toBe(true);
  });

  test('refuse an S that is not below the group order', () => {
    for (let extra = ORDER; toBigInt(s) + extra < 2n ** 256n; extra += ORDER) {
      const raised = concatBytes(r, littleEndian(toBigInt(s) + extra));
      expect(expectAgreement(raised, message, key)).toBe(false);
      expect(verifyPortable(message, key, raised)).toBe(false);
    }
  });

  test('agree on an R of small order or in another encoding', () => {
    for (const point of SMALL_ORDER) {
      expectAgreement(concatBytes(point, new Uint8Array(32)), message, key);
      expectAgreement(concatBytes(point, s), message, key);
    }
  });

  test('refuse what only the equation with the cofactor takes: a part of small order in R or in the key', () => {
    for (const point of SMALL_ORDER.slice(1, 8)) {
      const torsion = noble.Point.fromBytes(point, true);
      const inR = signedWith(key, torsion);
      expect(noble.verify(inR, message, key, { zip215: false })).toBe(true);
      expect(expectAgreement(inR, message, key)).toBe(false);
    }
  });

  test('agree when the key has a part of small order', () => {
    for (const point of SMALL_ORDER.slice(1, 8)) {
      const mixed = noble.Point.fromBytes(key, false).add(noble.Point.fromBytes(point, true)).toBytes();
      const answers = Array.from({ length: 16 }, (_, i) => {
        const data = utf8(`${i}`);
        return expectAgreement(signedWith(mixed, noble.Point.ZERO, data), data, mixed);
      });
      // Where the challenge is a multiple of the order of that part, the signature is good for both.
      expect(answers).toContain(false);
    }
  });

  test('refuse every R of small order, also where the equation holds', async () => {
    const part = noble.Point.fromBytes(SMALL_ORDER[4] as Uint8Array, false);
    const mixed = noble.Point.fromBytes(key, false).add(part).toBytes();
    for (const point of SMALL_ORDER.slice(0, 8)) {
      const { data, signature } = madeUpFor(mixed, part, point);
      const said = signedBytes('record', data);
      expect(noble.verify(signature, said, mixed, { zip215: false })).toBe(true);
      expect(verifyPortable(said, mixed, signature)).toBe(false);
      expect(verifySync('record', data, mixed, signature)).toBe(false);
      expect(await verify('record', data, mixed, signature)).toBe(false);
    }
  });

  test('agree on anything', () => {
    const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const bytes64 = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(bytes32, fc.uint8Array(), bytes64, bytes32, (seed, data, signature, anyKey) => {
        const pair = keyPair(seed);
        expect(expectAgreement(pair.sign(data), data, pair.key)).toBe(true);
        expectAgreement(signature, data, pair.key);
        expectAgreement(signature, data, anyKey);
      }),
      { numRuns: 50 },
    );
  });

  test('agree on every flip of one bit of a signature', () => {
    for (let bit = 0; bit < 512; bit += 3) {
      const flipped = good.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(expectAgreement(flipped, message, key)).toBe(false);
    }
  });

  /** Signed by the secret of `key`, with another key in the challenge and `extra` added to R. */
  function signedWith(under: Uint8Array, extra: noble.Point, data = message): Uint8Array {
    const secret = toBigInt(clamp(sha512(new Uint8Array(32).fill(7)).subarray(0, 32))) % ORDER;
    const nonce = 12345n;
    const point = noble.Point.BASE.multiply(nonce).add(extra).toBytes();
    const challenge = toBigInt(sha512(concatBytes(point, under, data))) % ORDER;
    return concatBytes(point, littleEndian((nonce + challenge * secret) % ORDER));
  }

  /** With `point` as R, and the first message for which the part of small order in the key makes up for it. */
  function madeUpFor(
    mixed: Uint8Array,
    part: noble.Point,
    point: Uint8Array,
  ): { data: Uint8Array; signature: Uint8Array } {
    const secret = toBigInt(clamp(sha512(new Uint8Array(32).fill(7)).subarray(0, 32))) % ORDER;
    for (let i = 0; ; i++) {
      const data = Uint8Array.of(i);
      const challenge = toBigInt(sha512(concatBytes(point, mixed, signedBytes('record', data)))) % ORDER;
      const made = part.multiply((8n - (challenge % 8n)) % 8n, false).toBytes();
      if (Buffer.compare(made, point) !== 0) continue;
      return { data, signature: concatBytes(point, littleEndian((challenge * secret) % ORDER)) };
    }
  }

  function clamp(scalar: Uint8Array): Uint8Array {
    const copy = scalar.slice();
    copy[0] = (copy[0] as number) & 248;
    copy[31] = ((copy[31] as number) & 127) | 64;
    return copy;
  }
});

describe('PROTOCOL 1.1: what browsers have is trusted where it keeps the rule', () => {
  const byNoble = (zip215: boolean) => (said: Uint8Array, under: Uint8Array, signature: Uint8Array) =>
    noble.verify(signature, said, under, { zip215 });

  test('the portable equation and WebCrypto do; a rule with the cofactor does not', async () => {
    expect(await keepsTheRule(verifyPortable)).toBe(true);
    expect(await keepsTheRule(verifyWeb)).toBe(true);
    expect(await webKeepsTheRule()).toBe(true);
    expect(await keepsTheRule(byNoble(false))).toBe(false);
    expect(await keepsTheRule(byNoble(true))).toBe(false);
  });

  test('one wrong answer to any probe, or none, is enough not to be trusted', async () => {
    for (const wrong of probes()) {
      const asked = (said: Uint8Array, under: Uint8Array, signature: Uint8Array) =>
        verifyPortable(said, under, signature) !== (Buffer.compare(signature, wrong.signature) === 0);
      expect(await keepsTheRule(asked)).toBe(false);
    }
    expect(await keepsTheRule(() => Promise.reject(new Error('no Ed25519')))).toBe(false);
  });

  test('WebCrypto agrees with the portable equation on anything but R of small order', async () => {
    const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
    await fc.assert(
      fc.asyncProperty(bytes32, fc.uint8Array(), fc.nat(511), async (seed, data, bit) => {
        const pair = keyPair(seed);
        const signature = pair.sign(data);
        expect(await verifyWeb(data, pair.key, signature)).toBe(true);
        signature[bit >> 3] = (signature[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(await verifyWeb(data, pair.key, signature)).toBe(verifyPortable(data, pair.key, signature));
      }),
      { numRuns: 50 },
    );
  });
});

describe('verifySync and verify', () => {
  const tagged = sign(signedBytes('record', message));

  test('cover the tag: a signature of one kind is none of another', async () => {
    expect(verifySync('record', message, key, tagged)).toBe(true);
    expect(verifySync('profile', message, key, tagged)).toBe(false);
    expect(verifySync('record', message, key, good)).toBe(false);
    await expect(verify('record', message, key, tagged)).resolves.toBe(true);
    await expect(verify('profile', message, key, tagged)).resolves.toBe(false);
  });

  test('say false to wrong lengths', async () => {
    expect(verifySync('record', message, key.subarray(1), tagged)).toBe(false);
    expect(verifySync('record', message, key, tagged.subarray(1))).toBe(false);
    await expect(verify('record', message, key, concatBytes(tagged, tagged))).resolves.toBe(false);
  });
});

interface Vectors {
  testGroups: { publicKey: { pk: string }; tests: { tcId: number; msg: string; sig: string; result: string }[] }[];
}

const folder = process.env.CONCLAVE_VECTORS;
const file = folder ? join(folder, 'wycheproof', 'ed25519_test.json') : '';

describe.skipIf(!existsSync(file))(
  'Wycheproof (skipped unless CONCLAVE_VECTORS names the folder of the vectors)',
  () => {
    test('native, portable and WebCrypto give the expected answer to every vector', async () => {
      const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
      for (const { publicKey, tests } of testGroups) {
        const under = fromHex(publicKey.pk);
        expect(isAdmissibleKey(under)).toBe(true);
        for (const { tcId, msg, sig, result } of tests) {
          const answers = [byNative, byPortable].map((verifies) => verifies(fromHex(sig), fromHex(msg), under));
          const web = await verifyWeb(fromHex(msg), under, fromHex(sig));
          const good = result === 'valid';
          expect({ tcId, answers: [...answers, web] }).toEqual({ tcId, answers: [good, good, good] });
        }
      }
    });
  },
);
