/** SEAL 1: derivation, encryption, user keys and padding, as other implementations would have them. */
import { createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '../bytes.ts';
import { verifySync } from '../ed25519.ts';
import { signedBytes } from '../hash.ts';
import { isAdmissibleUserKey } from '../identity/user-key.ts';
import { idBytes } from '../ids.ts';
import { bytesOf, idOf, keyOf, unwrap } from '../testing/orgs.ts';
import { deviceKeyOf, userKeyOf } from '../testing/seal.ts';
import { openAes, sealAes } from './aes.ts';
import { commitOf, type DeriveLabel, derive } from './derive.ts';
import { openWith, sealTo } from './hpke.ts';
import { pad, paddedLength, unpad } from './padding.ts';
import { importSigner, publicKeyOf, sign } from './sign.ts';
import { importPair, sharedSecret } from './x25519.ts';

const key = bytesOf(32, 7);
const none = new Uint8Array();
const refused = (code: string) => ({ ok: false, refusal: { code } });
const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe('SEAL 1.1: derive', () => {
  const contexts: Record<DeriveLabel, number> = {
    next: 0,
    content: 32,
    message: 16,
    look: 0,
    direct: 32,
    vault: 0,
    unlock: 1,
    pin: 0,
  };

  test.each(Object.entries(contexts) as [DeriveLabel, number][])('%s is HKDF-SHA-256 without salt', (label, length) => {
    const context = new Uint8Array(length).fill(3);
    const info = concatBytes(utf8(`conclave/1/seal/${label}/`), context);
    expect(derive(key, label, context)).toEqual(new Uint8Array(hkdfSync('sha256', key, '', info, 32)));
  });

  test('a context of another length is a bug', () => {
    expect(() => derive(key, 'content', bytesOf(16, 1))).toThrow('bug');
    expect(() => derive(key, 'next', bytesOf(4, 1))).toThrow('bug');
  });

  test('SEAL 4.2: a commitment is HMAC of chat and position under the secret', () => {
    const chatId = idOf('chat', 1);
    const said = concatBytes(utf8('conclave/1/seal/commit'), idBytes(chatId), bytesOf(8, 300));
    const expected = new Uint8Array(createHmac('sha256', key).update(said).digest());
    expect(commitOf(key, chatId, 300)).toEqual(expected);
  });
});

describe('SEAL 1.2: AES-256-GCM', () => {
  test('opens what it sealed, with the tag at the end, and nothing that was altered', async () => {
    const [nonce, aad, clear] = [bytesOf(12, 1), bytesOf(5, 2), utf8('what is sealed')];
    const sealed = await sealAes(key, nonce, aad, clear);
    expect(sealed).toHaveLength(clear.length + 16);
    expect(await openAes(key, nonce, aad, sealed)).toEqual(clear);
    for (let i = 0; i < sealed.length; i++) expect(await openAes(key, nonce, aad, flipped(sealed, i))).toBeNull();
    expect(await openAes(flipped(key, 0), nonce, aad, sealed)).toBeNull();
    expect(await openAes(key, flipped(nonce, 0), aad, sealed)).toBeNull();
    expect(await openAes(key, nonce, flipped(aad, 0), sealed)).toBeNull();
    expect(await openAes(key, nonce, aad, sealed.slice(0, 15))).toBeNull();
  });
});

describe('SEAL 1.2: X25519', () => {
  const native = (secret: Uint8Array, uk: Uint8Array) => {
    const der = concatBytes(Buffer.from('302e020100300506032b656e04220420', 'hex'), secret);
    const privateKey = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
    const jwk = { kty: 'OKP', crv: 'X25519', x: Buffer.from(uk).toString('base64url') };
    return new Uint8Array(diffieHellman({ privateKey, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) }));
  };

  test('both sides get one secret, the same that others compute', async () => {
    const [ann, bea] = [await userKeyOf(1), await userKeyOf(2)];
    const shared = unwrap(await sharedSecret(ann.secret, bea.uk));
    expect(unwrap(await sharedSecret(bea.secret, ann.uk))).toEqual(shared);
    expect(native(ann.secret, bea.uk)).toEqual(shared);
  });

  const smallOrder = [
    `00${'00'.repeat(31)}`,
    `01${'00'.repeat(31)}`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
  ];

  test.each(smallOrder)(
    'the key of small order %s, in both spellings, is not admissible and gives nothing',
    async (hex) => {
      for (const high of [0, 0x80]) {
        const point = new Uint8Array(Buffer.from(hex, 'hex'));
        point[31] = (point[31] as number) | high;
        expect(isAdmissibleUserKey(point)).toBe(false);
        expect(await sharedSecret(key, point)).toMatchObject(refused('bad_key'));
        expect(await sealTo(point, key, none, none, none)).toMatchObject(refused('bad_key'));
      }
    },
  );

  test('wrong lengths are refused', async () => {
    for (const length of [0, 31, 33]) {
      expect(isAdmissibleUserKey(new Uint8Array(length).fill(9))).toBe(false);
      expect(await sharedSecret(key, new Uint8Array(length).fill(9))).toMatchObject(refused('bad_key'));
    }
  });
});

describe('SEAL 1.2: HPKE', () => {
  const [info, aad, clear] = [utf8('info'), utf8('aad'), utf8('clear')];

  test('opens for the one it was sealed to, under the same info and aad, unaltered', async () => {
    const [ann, bea] = [await userKeyOf(1), await userKeyOf(2)];
    const [pair, other] = [await importPair(ann.secret), await importPair(bea.secret)];
    const sealed = unwrap(await sealTo(ann.uk, key, info, aad, clear));
    expect(sealed).toHaveLength(32 + clear.length + 16);
    expect(await openWith(pair, info, aad, sealed)).toEqual(clear);
    expect(await openWith(other, info, aad, sealed)).toBeNull();
    expect(await openWith(pair, aad, aad, sealed)).toBeNull();
    expect(await openWith(pair, info, info, sealed)).toBeNull();
    for (let i = 0; i < sealed.length; i += 5) expect(await openWith(pair, info, aad, flipped(sealed, i))).toBeNull();
    for (const length of [0, 31, 32, 47]) expect(await openWith(pair, info, aad, sealed.slice(0, length))).toBeNull();
  });

  test('an ephemeral key of small order is not opened', async () => {
    const pair = await importPair((await userKeyOf(1)).secret);
    expect(await openWith(pair, info, aad, new Uint8Array(60))).toBeNull();
  });

  test('the same random bytes give the same; other ones another', async () => {
    const { uk } = await userKeyOf(1);
    const sealed = unwrap(await sealTo(uk, key, info, aad, clear));
    expect(unwrap(await sealTo(uk, key, info, aad, clear))).toEqual(sealed);
    expect(unwrap(await sealTo(uk, bytesOf(32, 8), info, aad, clear))).not.toEqual(sealed);
    await expect(sealTo(uk, bytesOf(31, 8), info, aad, clear)).rejects.toThrow('bug');
  });
});

describe('SEAL 1.3: padding', () => {
  test('lengths are those of the rule', () => {
    const rule = (length: number) => {
      const exponent = Math.floor(Math.log2(length + 1));
      const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
      return Math.max(32, Math.ceil((length + 1) / step) * step);
    };
    for (let length = 1; length < 5_000; length++) expect(paddedLength(length)).toBe(rule(length));
    expect([0, 31, 32, 63, 64, 100, 1_000, 65_535].map(paddedLength)).toEqual([32, 32, 36, 64, 72, 104, 1_024, 65_536]);
    for (let length = 31; length < 100_000; length += 97) expect(paddedLength(length) / length).toBeLessThan(1.13);
  });

  test('opening undoes it, and refuses every other spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (clear) => {
        const padded = pad(clear);
        expect(unwrap(unpad(padded))).toEqual(clear);
        expect(unpad(padded.slice(0, -1)).ok).toBe(false);
        expect(unpad(concatBytes(padded, Uint8Array.of(0))).ok).toBe(false);
        expect(unpad(flipped(padded, padded.length - 1)).ok).toBe(false);
      }),
    );
    expect(unpad(none)).toMatchObject(refused('not_canonical'));
    expect(unpad(new Uint8Array(32))).toMatchObject(refused('not_canonical'));
    expect(unpad(concatBytes(new Uint8Array(31), Uint8Array.of(1)))).toMatchObject(refused('not_canonical'));
    expect(unpad(concatBytes(Uint8Array.of(0x80), new Uint8Array(35)))).toMatchObject(refused('not_canonical'));
  });

  test('hostile bytes only ever give refusals', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const read = unpad(bytes);
        if (read.ok) expect(pad(read.value)).toEqual(bytes);
      }),
    );
  });
});

describe('SEAL 2.1: signatures', () => {
  test('are those of the seed, over the tagged bytes', async () => {
    const seed = bytesOf(32, 5);
    const signature = await sign('message', utf8('said'), await importSigner(seed));
    expect(signature).toEqual(keyOf(5).sign(signedBytes('message', utf8('said'))));
    expect(await publicKeyOf(seed)).toEqual(keyOf(5).key);
    expect(verifySync('message', utf8('said'), keyOf(5).key, signature)).toBe(true);
    expect(verifySync('request', utf8('said'), keyOf(5).key, signature)).toBe(false);
  });

  test('a key that signs cannot be taken out', async () => {
    const { signer } = await deviceKeyOf(5);
    expect(signer.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('jwk', signer)).rejects.toThrow();
  });
});
