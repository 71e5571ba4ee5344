/** SEAL 4.1: key material, bundles, wraps and what is inside. */
import { encode as encodeCbor } from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { taggedHash } from '../hash.ts';
import { idBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { hostileProperties } from '../properties.ts';
import { accountOf, bytesOf, idOf, unwrap } from '../testing/orgs.ts';
import { chanceOf, userKeyOf } from '../testing/seal.ts';
import { bundleHash, decodeBundle, sealBundle } from './bundle.ts';
import { derive } from './derive.ts';
import { directSecret } from './direct.ts';
import { sealTo } from './hpke.ts';
import { decodeKeyMaterial, encodeKeyMaterial } from './material.ts';
import { openWrap, sealWrap } from './wrap.ts';
import { importPair, sharedSecret } from './x25519.ts';

const chatId = idOf('chat', 1);
const org = idOf('org', 1);
const base = { cpos: 4, chash: bytesOf(32, 9) };
const refused = (code: string) => ({ ok: false, refusal: { code } });
const place = { chatId, base, org, account: accountOf(1), ukGen: 2 };
const inside = {
  secrets: [
    { at: 5, secret: bytesOf(32, 1) },
    { at: 8, secret: bytesOf(32, 2) },
  ],
  lookKeys: [{ cpos: 5, key: bytesOf(32, 3) }],
};

describe('SEAL 4.1: wraps', () => {
  test('open at their place, and nowhere else', async () => {
    const [ann, bea] = [await userKeyOf(1), await userKeyOf(2)];
    const pair = await importPair(ann.secret);
    const sealed = unwrap(await sealWrap(place, ann.uk, inside, bytesOf(32, 7)));
    expect(unwrap(await openWrap(place, pair, sealed))).toMatchObject(inside);
    const others = [
      { ...place, chatId: idOf('chat', 2) },
      { ...place, base: { ...base, cpos: 5 } },
      { ...place, base: { ...base, chash: bytesOf(32, 8) } },
      { ...place, org: idOf('org', 2) },
      { ...place, account: accountOf(2) },
      { ...place, ukGen: 1 },
    ];
    for (const other of others) expect(await openWrap(other, pair, sealed)).toMatchObject(refused('bad_wrap'));
    expect(await openWrap(place, await importPair(bea.secret), sealed)).toMatchObject(refused('bad_wrap'));
    expect(await openWrap(place, pair, sealed.slice(1))).toMatchObject(refused('bad_wrap'));
  });

  test('hold rising positions, each once, and nothing of another form', async () => {
    const { secret, uk } = await userKeyOf(1);
    const pair = await importPair(secret);
    const [first, second] = inside.secrets as [(typeof inside.secrets)[0], (typeof inside.secrets)[0]];
    for (const secrets of [
      [second, first],
      [first, first],
    ]) {
      const sealed = unwrap(await sealWrap(place, uk, { ...inside, secrets }, bytesOf(32, 7)));
      expect(await openWrap(place, pair, sealed)).toMatchObject(refused('bad_wrap'));
    }
    const info = encodeCbor(['conclave/1/seal/wrap', idBytes(chatId), base.cpos, base.chash]);
    const aad = encodeCbor([idBytes(org), idBytes(place.account), place.ukGen]);
    for (const clear of [
      [2, [], []],
      [1, [[5, bytesOf(31, 1)]], []],
      [1, []],
    ]) {
      const sealed = unwrap(await sealTo(uk, bytesOf(32, 7), info, aad, encodeCbor(clear)));
      expect(await openWrap(place, pair, sealed)).toMatchObject(refused('bad_wrap'));
    }
    const good = unwrap(await sealTo(uk, bytesOf(32, 7), info, aad, encodeCbor([1, [], []])));
    expect(await openWrap(place, pair, good)).toMatchObject({ ok: true });
  });
});

describe('SEAL 4.1: bundles', () => {
  const recipientOf = async (n: number) => ({ account: accountOf(n), ukGen: n, uk: (await userKeyOf(n)).uk, inside });

  test('are sealed to many; each opens its own', async () => {
    const recipients = [await recipientOf(3), await recipientOf(1), await recipientOf(2)];
    const bytes = unwrap(await sealBundle(chatId, org, base, recipients, chanceOf(1)));
    const bundle = unwrap(decodeBundle(bytes));
    expect(bundle).toMatchObject({ chatId, org, baseCpos: base.cpos, baseHash: base.chash });
    expect(bundle.wraps.map(({ account, ukGen }) => [account, ukGen])).toEqual([1, 2, 3].map((n) => [accountOf(n), n]));
    for (const { account, ukGen, sealed } of bundle.wraps) {
      const pair = await importPair((await userKeyOf(ukGen)).secret);
      expect(unwrap(await openWrap({ chatId, base, org, account, ukGen }, pair, sealed))).toMatchObject(inside);
    }
    expect(bundleHash(bytes)).toEqual(taggedHash('bundle', bytes));
    expect(new Set(bundle.wraps.map(({ sealed }) => sealed.slice(0, 32).join())).size).toBe(3);
  });

  test('one account stands once, in order; a newer version is named as such', () => {
    const wrap = (n: number) => [idBytes(accountOf(n)), 1, bytesOf(48, 1)];
    const bundle = (...wraps: unknown[]) => encodeCbor([1, idBytes(chatId), idBytes(org), 4, bytesOf(32, 9), wraps]);
    expect(decodeBundle(bundle(wrap(1), wrap(2)))).toMatchObject({ ok: true });
    expect(decodeBundle(bundle(wrap(2), wrap(1)))).toMatchObject(refused('malformed'));
    expect(decodeBundle(bundle(wrap(1), wrap(1)))).toMatchObject(refused('malformed'));
    expect(decodeBundle(encodeCbor([2]))).toMatchObject(refused('unknown_version'));
  });

  test('a bundle above its limit is not made and not read', async () => {
    const secrets = Array.from({ length: LIMITS.segmentsPerWrap }, (_, i) => ({ at: i, secret: bytesOf(32, i) }));
    const recipients = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map(async (n) => ({ ...(await recipientOf(n)), inside: { secrets, lookKeys: [] } })),
    );
    expect(await sealBundle(chatId, org, base, recipients, chanceOf(1))).toMatchObject(refused('too_big'));
    const most = unwrap(await sealBundle(chatId, org, base, recipients.slice(0, 6), chanceOf(1)));
    expect(decodeBundle(most)).toMatchObject({ ok: true });
    expect(decodeBundle(new Uint8Array(LIMITS.bundleBytes + 1))).toMatchObject(refused('too_big'));
  });

  test('a wrap holds no more than can be read again', async () => {
    const { uk } = await userKeyOf(1);
    const secrets = Array.from({ length: LIMITS.segmentsPerWrap + 1 }, (_, i) => ({ at: i, secret: bytesOf(32, i) }));
    expect(await sealWrap(place, uk, { secrets, lookKeys: [] }, bytesOf(32, 7))).toMatchObject(refused('too_big'));
    const sealed = await sealWrap(place, uk, { secrets: secrets.slice(1), lookKeys: [] }, bytesOf(32, 7));
    expect(await openWrap(place, await importPair((await userKeyOf(1)).secret), unwrap(sealed))).toMatchObject({
      ok: true,
    });
  });

  test('no bundle for a key of small order', async () => {
    const recipient = { ...(await recipientOf(1)), uk: new Uint8Array(32) };
    expect(await sealBundle(chatId, org, base, [recipient], chanceOf(1))).toMatchObject(refused('bad_key'));
  });

  test('hostile bytes only ever give refusals', () => {
    const wraps = [[idBytes(accountOf(1)), 1, bytesOf(48, 1)]];
    hostileProperties(
      decodeBundle,
      fc.constant(encodeCbor([1, idBytes(chatId), idBytes(org), 4, bytesOf(32, 9), wraps])),
    );
  });
});

describe('SEAL 4.1: key material', () => {
  const commits = [
    { cpos: 5, commit: bytesOf(32, 1) },
    { cpos: 7, commit: bytesOf(32, 2) },
  ];
  const bundles = [1, 2].map((n) => ({ org: idOf('org', n), hash: bytesOf(32, n), length: 100 * n }));

  test('is written in its one order and read back', () => {
    const bytes = encodeKeyMaterial({ commits: commits.toReversed(), bundles: bundles.toReversed() });
    expect(unwrap(decodeKeyMaterial(bytes))).toEqual({ v: 1, commits, bundles });
  });

  test('out of order, twice, or of another form is refused', () => {
    const bytes = (c: unknown[], b: unknown[]) => encodeCbor([1, c, b]);
    const c = commits.map(({ cpos, commit }) => [cpos, commit]);
    const b = bundles.map(({ org: of, hash, length }) => [idBytes(of), hash, length]);
    expect(decodeKeyMaterial(bytes(c, b))).toMatchObject({ ok: true });
    expect(decodeKeyMaterial(bytes(c.toReversed(), b))).toMatchObject(refused('malformed'));
    expect(decodeKeyMaterial(bytes([c[0], c[0]], b))).toMatchObject(refused('malformed'));
    expect(decodeKeyMaterial(bytes(c, b.toReversed()))).toMatchObject(refused('malformed'));
    expect(decodeKeyMaterial(bytes(c, [b[0], b[0]]))).toMatchObject(refused('malformed'));
    expect(decodeKeyMaterial(encodeCbor([2]))).toMatchObject(refused('unknown_version'));
    const many = Array.from({ length: 65 }, (_, n) => [bytesOf(32, n), bytesOf(32, n), 1]);
    expect(decodeKeyMaterial(bytes([], many))).toMatchObject(refused('too_big'));
    expect(decodeKeyMaterial(bytes([], many.slice(1)))).toMatchObject({ ok: true });
    hostileProperties(decodeKeyMaterial, fc.constant(bytes(c, b)));
  });
});

describe('SEAL 4.2: the secret of a direct chat', () => {
  test('is the same for both sides, of this chat alone', async () => {
    const [ann, bea] = [await userKeyOf(1), await userKeyOf(2)];
    const secret = unwrap(await directSecret(chatId, ann.secret, bea.uk));
    expect(unwrap(await directSecret(chatId, bea.secret, ann.uk))).toEqual(secret);
    expect(secret).toEqual(derive(unwrap(await sharedSecret(ann.secret, bea.uk)), 'direct', idBytes(chatId)));
    expect(unwrap(await directSecret(idOf('chat', 2), ann.secret, bea.uk))).not.toEqual(secret);
    expect(await directSecret(chatId, ann.secret, new Uint8Array(32))).toMatchObject(refused('bad_key'));
  });
});
