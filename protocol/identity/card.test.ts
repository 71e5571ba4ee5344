import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { codecProperties, hostileProperties } from '../properties.ts';
import type { Result } from '../result.ts';
import { anyCard, anySignedCard } from '../testing/arbitrary-cards.ts';
import { personOf, testDevice, userKeyOf } from '../testing/cards.ts';
import { bytesOf, keyOf, orgOf, START_MS, unwrap } from '../testing/orgs.ts';
import {
  type Card,
  cardHash,
  cardMessage,
  counterMessage,
  decodeSignedCard,
  encodeCard,
  encodeSignedCard,
  readCard,
  signedCardShape,
} from './card.ts';
import { isAdmissibleUserKey } from './user-key.ts';

const acme = orgOf(1);
const enrol: Omit<Card, 'v'> = {
  org: acme.orgId,
  account: personOf(acme, 1).account,
  seq: 0,
  prev: new Uint8Array(32),
  change: 'enrol',
  uik: keyOf(1).key,
  ukGen: 1,
  uk: userKeyOf(1).key,
  devices: [{ device: testDevice(1).device, dk: keyOf(2).key }],
  issuedAt: START_MS,
};
const update: Omit<Card, 'v'> = { ...enrol, change: 'update', seq: 4, prev: bytesOf(32, 9), devices: [] };

function detailOf<T>(result: Result<T>): string {
  return result.ok ? 'ok' : `${result.refusal.code}: ${result.refusal.detail}`;
}

const devices = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ device: testDevice(i + 1).device, dk: testDevice(i + 1).dk.key }));

describe('SEAL 2.2: a card', () => {
  test('reads back as it was, with its devices in order', () => {
    const three = devices(3);
    expect(unwrap(readCard(encodeCard({ ...enrol, devices: three.toReversed() })))).toEqual({
      v: 1,
      ...enrol,
      devices: three,
    });
  });

  test.each<[string, Partial<Card>]>([
    ['bad_card: seq', { seq: 1 }],
    ['bad_card: seq', { ...update, seq: 0 }],
    ['bad_card: prev', { prev: bytesOf(32, 1) }],
    ['bad_card: prev', { ...update, prev: new Uint8Array(32) }],
    ['bad_card: ukGen', { ukGen: 2 }],
    ['bad_card: ukGen', { ...update, ukGen: 0 }],
    ['bad_card: no device', { devices: [] }],
    ['bad_card: one key twice', { devices: [{ device: testDevice(1).device, dk: keyOf(1).key }] }],
    ['bad_key: card', { uik: new Uint8Array(32) }],
    ['bad_key: card', { devices: [{ device: testDevice(1).device, dk: bytesOf(32, 1) }] }],
    ['bad_key: uk', { uk: new Uint8Array(32) }],
    ['bad_key: uk', { uk: new Uint8Array(32).fill(255) }],
  ])('is refused as %s', (refusal, change) => {
    expect(detailOf(readCard(encodeCard({ ...enrol, ...change })))).toBe(refusal);
  });

  test('has a device once, whatever the key, and a key once, whatever the device', () => {
    const [one, two] = devices(2) as [Card['devices'][0], Card['devices'][0]];
    const sameKey = [one, { ...two, dk: one.dk }];
    expect(detailOf(readCard(encodeCard({ ...enrol, devices: sameKey })))).toBe('bad_card: one key twice');
    const sameDevice = [one, { ...one, dk: two.dk }];
    expect(detailOf(readCard(encodeCard({ ...enrol, devices: sameDevice })))).toBe('bad_card: order of devices');
  });

  test('with devices out of order is refused: a card has one spelling', () => {
    const bytes = encodeCard({ ...enrol, devices: devices(2) });
    const swapped = bytes.slice();
    // The ids end in their numbers, so exchanging those exchanges the devices.
    const at = [1, 2].map((number) => Buffer.from(bytes).indexOf(Buffer.from(bytesOf(16, number))) + 15);
    swapped[at[0] as number] = 2;
    swapped[at[1] as number] = 1;
    expect(detailOf(readCard(swapped))).toBe('bad_card: order of devices');
  });

  test('has as many devices and bytes as the limits say, and no more', () => {
    const most = { ...enrol, devices: devices(LIMITS.devicesPerAccount) };
    expect(encodeCard(most).length).toBeLessThanOrEqual(LIMITS.cardBytes);
    expect(readCard(encodeCard(most)).ok).toBe(true);
    const more = { ...enrol, devices: devices(LIMITS.devicesPerAccount + 1) };
    expect(readCard(encodeCard(more))).toMatchObject({ refusal: { code: 'too_big' } });
    expect(readCard(new Uint8Array(LIMITS.cardBytes + 1))).toMatchObject({ refusal: { code: 'too_big' } });
    expect(readCard(new Uint8Array(LIMITS.cardBytes))).toMatchObject({ refusal: { code: 'malformed' } });
  });

  test('its hash and its signatures are of kinds of their own', () => {
    const bytes = encodeCard(enrol);
    expect(cardHash(bytes)).not.toEqual(cardHash(encodeCard({ ...enrol, issuedAt: START_MS + 1 })));
    expect(cardMessage(bytes)).not.toEqual(counterMessage(bytes));
  });

  test('signed, keeps its bytes and takes signatures of 0 or 64 bytes', () => {
    const signed = {
      bytes: encodeCard(enrol),
      signature: bytesOf(64, 1),
      counter: bytesOf(64, 2),
      former: new Uint8Array(),
    };
    expect(unwrap(decodeSignedCard(encodeSignedCard(signed)))).toEqual(signed);
    expect(decodeSignedCard(encodeSignedCard({ ...signed, counter: bytesOf(63, 2) })).ok).toBe(false);
    expect(decodeSignedCard(encodeSignedCard({ ...signed, signature: new Uint8Array() })).ok).toBe(false);
  });

  test('keeps to the codec, whatever comes', () => {
    codecProperties(signedCardShape, anySignedCard, LIMITS.cardBytes + 256);
    hostileProperties(readCard, anyCard.map(encodeCard), encodeCard);
  });
});

describe('SEAL 1.2: a user key', () => {
  const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
  const SPKI = Buffer.from('302a300506032b656e032100', 'hex');
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, bytesOf(32, 5)]), format: 'der', type: 'pkcs8' });

  function agrees(key: Uint8Array): boolean {
    try {
      const publicKey = createPublicKey({ key: Buffer.concat([SPKI, key]), format: 'der', type: 'spki' });
      return diffieHellman({ privateKey: secret, publicKey }).some((byte) => byte !== 0);
    } catch {
      return false;
    }
  }

  test('is one that gives a secret with another', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
        if (isAdmissibleUserKey(key)) expect(agrees(key)).toBe(true);
      }),
    );
    expect(isAdmissibleUserKey(userKeyOf(3).key)).toBe(true);
  });

  test.each([
    ['0', '0000000000000000000000000000000000000000000000000000000000000000'],
    ['1', '0100000000000000000000000000000000000000000000000000000000000000'],
    ['order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['order 8', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'],
    ['p - 1', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ])('of small order (%s) agrees with nobody and is refused', (_, hex) => {
    const key = Uint8Array.fromHex(hex);
    expect([agrees(key), isAdmissibleUserKey(key)]).toEqual([false, false]);
  });

  test('has one spelling, below p', () => {
    for (const hex of ['ed', 'ee', 'f6'].map((low) => `${low}${'ff'.repeat(30)}7f`))
      expect(isAdmissibleUserKey(Uint8Array.fromHex(hex)), hex).toBe(false);
    const key = userKeyOf(3).key.slice();
    key[31] = (key[31] as number) | 0x80;
    expect(isAdmissibleUserKey(key)).toBe(false);
    expect(isAdmissibleUserKey(key.subarray(1))).toBe(false);
  });
});
