/** SEAL 3: the vault, what opens it, and the recovery code. */
import { encode as encodeCbor } from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '../bytes.ts';
import { taggedHash } from '../hash.ts';
import { idBytes, toBase32 } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { hostileProperties } from '../properties.ts';
import { accountOf, bytesOf, idOf, unwrap } from '../testing/orgs.ts';
import { chanceOf } from '../testing/seal.ts';
import { sealAes } from './aes.ts';
import { derive } from './derive.ts';
import { pad } from './padding.ts';
import { formatRecoveryCode, parseRecoveryCode } from './recovery-code.ts';
import { makeUnlocker, openEnvelopes, prfSalt, sealEnvelopes } from './unlockers.ts';
import { checkVaultAge, decodeVault, openVault, pinOf, sealVault, type VaultInside } from './vault.ts';
import { userPublicKey } from './x25519.ts';

const refused = (code: string) => ({ ok: false, refusal: { code } });
const ann = { org: idOf('org', 1), account: accountOf(1) };
const bea = { org: idOf('org', 2), account: accountOf(2) };
const vaultKey = bytesOf(32, 1);
const nonce = bytesOf(12, 2);
const [password, code] = [bytesOf(64, 3), bytesOf(20, 4)];
const unlockers = [
  await makeUnlocker('password', bytesOf(16, 1), password),
  await makeUnlocker('code', bytesOf(16, 2), code),
];
const content: VaultInside = {
  uikSeed: bytesOf(32, 5),
  uks: [bytesOf(32, 6), bytesOf(32, 7)],
  cardSeq: 3,
  unlockers,
  known: [{ ...bea, pin: bytesOf(16, 8), verified: true, changed: false }],
  settings: utf8('{}'),
};
const sealed = unwrap(await sealVault(ann, 4, vaultKey, nonce, content));

/** A vault with anything inside, under the right key. */
async function vaultOf(inside: unknown[], padded = true): Promise<Uint8Array> {
  const clear = encodeCbor(inside);
  const outer = [1, idBytes(ann.org), idBytes(ann.account), 4];
  const aad = encodeCbor(outer);
  const ciphertext = await sealAes(derive(vaultKey, 'vault'), nonce, aad, padded ? pad(clear) : clear);
  return encodeCbor([...outer, nonce, ciphertext]);
}

describe('SEAL 3.1: the vault', () => {
  test('opens with its key for its account, in its version', async () => {
    expect(unwrap(await openVault(ann, vaultKey, sealed))).toMatchObject({ version: 4, inside: content });
    expect(unwrap(decodeVault(sealed))).toMatchObject({ ...ann, version: 4 });
  });

  test('nothing else opens it', async () => {
    expect(await openVault(ann, bytesOf(32, 9), sealed)).toMatchObject(refused('vault_broken'));
    expect(await openVault(bea, vaultKey, sealed)).toMatchObject(refused('vault_broken'));
    expect(await openVault({ ...ann, org: bea.org }, vaultKey, sealed)).toMatchObject(refused('vault_broken'));
    for (let i = 0; i < sealed.length; i += 3) {
      const altered = sealed.map((byte, at) => (at === i ? byte ^ 1 : byte));
      expect(await openVault(ann, vaultKey, altered)).toMatchObject(refused('vault_broken'));
    }
    expect(await openVault(ann, vaultKey, new Uint8Array())).toMatchObject(refused('vault_broken'));
  });

  test('what is inside must be in form, padded, and have a user key and an unlocker', async () => {
    const lists = (uks: unknown[], each: unknown[]) => [1, bytesOf(32, 5), uks, 3, each, [], utf8('{}')];
    const [uks, each] = [[bytesOf(32, 6)], [[0, bytesOf(16, 1), bytesOf(32, 1)]]];
    expect(await openVault(ann, vaultKey, await vaultOf(lists(uks, each)))).toMatchObject({ ok: true });
    const broken = [lists([], each), lists(uks, []), [2], lists(uks, each).slice(1)];
    for (const inside of broken) {
      expect(await openVault(ann, vaultKey, await vaultOf(inside))).toMatchObject(refused('vault_broken'));
    }
    expect(await openVault(ann, vaultKey, await vaultOf(lists(uks, each), false))).toMatchObject(
      refused('vault_broken'),
    );
  });

  test('a vault without user key or unlocker is a bug', async () => {
    await expect(sealVault(ann, 1, vaultKey, nonce, { ...content, uks: [] })).rejects.toThrow('bug');
    await expect(sealVault(ann, 1, vaultKey, nonce, { ...content, unlockers: [] })).rejects.toThrow('bug');
  });

  test('the fullest vault fits; known identities are sorted', async () => {
    const known = Array.from({ length: LIMITS.knownIdentities }, (_, n) => ({
      org: idOf('org', 3),
      account: accountOf(LIMITS.knownIdentities - n),
      pin: bytesOf(16, n),
      verified: false,
      changed: true,
    }));
    const full: VaultInside = {
      uikSeed: content.uikSeed,
      uks: Array.from({ length: LIMITS.userKeys }, (_, n) => bytesOf(32, n)),
      cardSeq: 1,
      unlockers: Array.from({ length: LIMITS.unlockers }, () => unlockers[0] as (typeof unlockers)[0]),
      known,
      settings: new Uint8Array(LIMITS.settingsBytes),
    };
    const opened = unwrap(await openVault(ann, vaultKey, unwrap(await sealVault(ann, 1, vaultKey, nonce, full))));
    expect(opened.inside).toMatchObject({ ...full, known: known.toReversed() });
  });

  test('what could not be read again is not sealed', async () => {
    const one = content.known[0] as (typeof content.known)[0];
    const tooMuch: Partial<VaultInside>[] = [
      { known: Array.from({ length: LIMITS.knownIdentities + 1 }, () => one) },
      { uks: Array.from({ length: LIMITS.userKeys + 1 }, () => bytesOf(32, 1)) },
      { unlockers: Array.from({ length: LIMITS.unlockers + 1 }, () => unlockers[0] as (typeof unlockers)[0]) },
      { settings: new Uint8Array(LIMITS.settingsBytes + 1) },
    ];
    for (const each of tooMuch) {
      expect(await sealVault(ann, 1, vaultKey, nonce, { ...content, ...each })).toMatchObject(refused('too_big'));
    }
  });

  test('the pin of an identity key is half of what derives from it', () => {
    expect(pinOf(bytesOf(32, 1))).toEqual(derive(bytesOf(32, 1), 'pin').slice(0, 16));
  });

  test('hostile bytes only ever give refusals', () => {
    hostileProperties(decodeVault, fc.constant(sealed));
  });
});

describe('SEAL 3.1: a vault that is older than it must be', () => {
  const opened = { version: 4, inside: content };

  test('is refused by its version', () => {
    expect(checkVaultAge(opened, 4, null)).toMatchObject({ ok: true });
    expect(checkVaultAge(opened, 5, null)).toMatchObject(refused('vault_rolled_back'));
  });

  test('is refused by the generation of the own user key', () => {
    expect(checkVaultAge(opened, 0, { seq: 3, ukGen: 2 })).toMatchObject({ ok: true });
    expect(checkVaultAge(opened, 0, { seq: 3, ukGen: 3 })).toMatchObject(refused('vault_rolled_back'));
  });

  test('is refused where the card is further ahead than an interrupted write leaves it', () => {
    const seq = content.cardSeq + LIMITS.cardsAhead;
    expect(checkVaultAge(opened, 0, { seq, ukGen: 2 })).toMatchObject({ ok: true });
    expect(checkVaultAge(opened, 0, { seq: seq + 1, ukGen: 2 })).toMatchObject(refused('vault_rolled_back'));
  });
});

describe('SEAL 3.2: unlockers', () => {
  test('each opens the vault key with its own secret, and with no other', async () => {
    const envelopes = unwrap(await sealEnvelopes(ann, unlockers, vaultKey, chanceOf(1)));
    expect(unwrap(await openEnvelopes(ann, envelopes, 'password', password))).toEqual(vaultKey);
    expect(unwrap(await openEnvelopes(ann, envelopes, 'code', code))).toEqual(vaultKey);
    expect(await openEnvelopes(ann, envelopes, 'code', password)).toMatchObject(refused('wrong_code'));
    expect(await openEnvelopes(ann, envelopes, 'passkey', password)).toMatchObject(refused('passkey_wrong'));
    expect(await openEnvelopes(ann, [], 'password', password)).toMatchObject(refused('wrong_code'));
  });

  test('an envelope is bound to account, kind and id', async () => {
    const [envelope] = unwrap(await sealEnvelopes(ann, unlockers.slice(0, 1), vaultKey, chanceOf(1)));
    const opened = (who: typeof ann, change: object) =>
      openEnvelopes(who, [{ ...(envelope as NonNullable<typeof envelope>), ...change }], 'password', password);
    expect(await opened(ann, {})).toMatchObject({ ok: true });
    expect(await opened(bea, {})).toMatchObject(refused('wrong_code'));
    expect(await opened({ ...ann, account: bea.account }, {})).toMatchObject(refused('wrong_code'));
    expect(await opened(ann, { id: bytesOf(16, 9) })).toMatchObject(refused('wrong_code'));
    expect(await opened(ann, { kind: 1 })).toMatchObject(refused('wrong_code'));
  });

  test('the key of an unlocker derives from secret and kind', async () => {
    const privateKey = derive(password, 'unlock', Uint8Array.of(2));
    const { publicKey } = await makeUnlocker('passkey', bytesOf(16, 1), password);
    expect(publicKey).toEqual(await userPublicKey(privateKey));
    expect(publicKey).not.toEqual(unlockers[0]?.publicKey);
    expect(prfSalt(ann.account)).toEqual(taggedHash('prf', idBytes(ann.account)));
  });

  test('none is sealed to a key of small order', async () => {
    const weak = { kind: 0, id: bytesOf(16, 1), publicKey: new Uint8Array(32) };
    expect(await sealEnvelopes(ann, [weak], vaultKey, chanceOf(1))).toMatchObject(refused('bad_key'));
  });
});

describe('SEAL 3.2: the recovery code', () => {
  const shown = formatRecoveryCode(code);

  test('is nine groups of four, and reads in any case, with any white space or hyphens', () => {
    expect(shown).toMatch(/^([A-Z2-7]{4} ){8}[A-Z2-7]{4}$/);
    for (const typed of [
      shown,
      shown.toLowerCase(),
      shown.replaceAll(' ', '-'),
      ` ${shown.replaceAll(' ', '\n\t')}\u00a0`,
    ]) {
      expect(unwrap(parseRecoveryCode(typed))).toEqual(code);
    }
  });

  test('every slip of one letter is noticed', () => {
    const letters = shown.replaceAll(' ', '');
    let taken = 0;
    for (let at = 0; at < letters.length; at++) {
      for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567') {
        if (letter === letters[at]) continue;
        if (parseRecoveryCode(letters.slice(0, at) + letter + letters.slice(at + 1)).ok) taken += 1;
      }
    }
    expect(taken).toBe(0);
  });

  test('other lengths and letters, and a wrong check, are refused', () => {
    const wrong = ['', shown.slice(1), `${shown}A`, shown.replace(/.$/, '1'), shown.replace(/.$/, 'ß')];
    for (const typed of wrong) expect(parseRecoveryCode(typed)).toMatchObject(refused('wrong_code'));
    const unchecked = toBase32(concatBytes(code, new Uint8Array(2)));
    expect(parseRecoveryCode(unchecked)).toMatchObject(refused('wrong_code'));
  });

  test('a secret of another length is a bug', () => {
    expect(() => formatRecoveryCode(bytesOf(19, 1))).toThrow('bug');
  });
});
