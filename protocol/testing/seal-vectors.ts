/**
 * For tests and `npm run vectors`: the frozen examples of sealing, made with keys and chance from numbers, so that every run makes
 * the same bytes.
 */
import { encode as encodeCbor } from 'cborg';
import { concatBytes, utf8 } from '../bytes.ts';
import type { Segment } from '../chat/segment.ts';
import { idBytes } from '../ids.ts';
import { signBody } from '../seal/body.ts';
import { bundleHash, sealBundle } from '../seal/bundle.ts';
import { commitOf, type DeriveLabel, derive } from '../seal/derive.ts';
import { sealFile } from '../seal/files.ts';
import { sealLook } from '../seal/look.ts';
import { encodeKeyMaterial } from '../seal/material.ts';
import { sealMessage } from '../seal/message.ts';
import { formatRecoveryCode } from '../seal/recovery-code.ts';
import { makeUnlocker, sealEnvelopes } from '../seal/unlockers.ts';
import { sealVault } from '../seal/vault.ts';
import { derivationOf } from './derivations.ts';
import { accountOf, bytesOf, deviceOf, idOf, unwrap } from './orgs.ts';
import { chanceOf, deviceKeyOf, userKeyOf } from './seal.ts';
import { badVector, type DerivedVector, goodVector, toJson, type VectorFile } from './vectors.ts';

const chatId = idOf('chat', 1);
const org = idOf('org', 1);
const ann = { org, account: accountOf(1) };
const base = { cpos: 4, chash: bytesOf(32, 9) };
const secret = bytesOf(32, 1);
const nonce = bytesOf(12, 2);
const content = utf8('{"type":"text","text":"Guten Tag"}');

/** Throws where the example cannot be read. */
async function derived(name: string, of: string, input: unknown): Promise<DerivedVector> {
  const json = toJson(input) as Record<string, unknown>;
  return { name, of, input: json, output: toJson(await derivationOf(of, json)) };
}

const CONTEXTS: Record<DeriveLabel, Uint8Array> = {
  next: new Uint8Array(),
  content: bytesOf(32, 2),
  message: idBytes(deviceOf(1)),
  look: new Uint8Array(),
  direct: idBytes(chatId),
  vault: new Uint8Array(),
  unlock: Uint8Array.of(1),
  pin: new Uint8Array(),
};

function ofSecrets(): Promise<DerivedVector>[] {
  const next = (times: number): Uint8Array => (times === 0 ? secret : derive(next(times - 1), 'next'));
  const segment = (at: number, kind: Segment['kind'], from: Uint8Array | null) => ({
    at,
    kind,
    commit: from && commitOf(from, chatId, at),
  });
  const segments = [
    segment(2, 'rekey', secret),
    segment(4, 'invite', next(1)),
    segment(7, 'tick', null),
    segment(9, 'rekey', bytesOf(32, 3)),
    segment(12, 'readmit', null),
  ];
  const positions = [1, 2, 3, 4, 8, 9, 12];
  const known = { at: 2, secret };
  return [
    ...Object.entries(CONTEXTS).map(([label, context]) => derived(label, 'derive', { label, key: secret, context })),
    derived('of a secret at a position', 'commit', { secret, chatId, at: 300 }),
    derived('from the first rekey', 'epochs', { chatId, segments, known: [known], positions }),
    derived('from a tick', 'epochs', { chatId, segments, known: [{ at: 7, secret: next(2) }], positions }),
  ];
}

async function ofKeys(): Promise<Promise<DerivedVector>[]> {
  const [one, two] = [await userKeyOf(1), await userKeyOf(2)];
  const sealed = {
    publicKey: one.uk,
    random: bytesOf(32, 7),
    info: utf8('info'),
    aad: utf8('aad'),
    clear: utf8('clear'),
  };
  return [
    derived('of two user keys', 'direct', { chatId, own: one.secret, other: two.uk }),
    derived('of the same two, from the other side', 'direct', { chatId, own: two.secret, other: one.uk }),
    derived('to a user key', 'hpke', sealed),
    ...[0, 31, 32, 100].map((length) =>
      derived(`of ${length} bytes`, 'pad', { clear: new Uint8Array(length).fill(1) }),
    ),
  ];
}

async function bundleOfTwo(): Promise<Uint8Array> {
  const recipients = await Promise.all(
    [1, 2].map(async (n) => ({
      account: accountOf(n),
      ukGen: n,
      uk: (await userKeyOf(n)).uk,
      inside: { secrets: [{ at: 5, secret }], lookKeys: [{ cpos: 2, key: derive(secret, 'look') }] },
    })),
  );
  return unwrap(await sealBundle(chatId, org, base, recipients, chanceOf(1)));
}

async function ofContent(): Promise<Promise<DerivedVector>[]> {
  const { dk, signer } = await deviceKeyOf(1);
  const author = { account: ann.account, device: deviceOf(1) };
  const alert = { level: 2, mentions: [{ org, account: accountOf(2) }] };
  const head = {
    entryId: idOf('entry', 1),
    logId: idOf('log', 1),
    ...author,
    cpos: 4,
    chash: base.chash,
    authorTime: 1_000,
    alert,
  };
  const body = unwrap(await sealMessage(head, secret, nonce, content, signer));
  const look = unwrap(await sealLook(chatId, base, secret, nonce, content, signer));
  const common = { v: 1, chatId, ...author } as const;
  const fin = await signBody('fin', common, signer);
  const erase = await signBody('erase', { ...common, targetLogId: idOf('log', 1), targetSeq: 4 }, signer);
  const sealer = await sealFile(secret, bytesOf(24, 1));
  const file = concatBytes(sealer.header, await sealer.sealChunk(0, content));
  return [
    derived('content', 'message', { body, contentSecret: secret, deviceKey: dk }),
    derived('name and colour', 'look', { chatId, look, lookKey: secret, deviceKey: dk }),
    derived('of a message', 'signature', { kind: 'message', body, deviceKey: dk }),
    derived('of a fin', 'signature', { kind: 'fin', body: fin, deviceKey: dk }),
    derived('of an erase', 'signature', { kind: 'erase', body: erase, deviceKey: dk }),
    derived('of a fin, by another device', 'signature', {
      kind: 'fin',
      body: fin,
      deviceKey: (await deviceKeyOf(2)).dk,
    }),
    derived('of one chunk', 'file', { key: secret, sealed: file }),
  ];
}

async function vaultOfAnn() {
  const secrets = { password: bytesOf(64, 3), code: bytesOf(20, 4), passkey: bytesOf(32, 5) };
  const unlockers = [
    await makeUnlocker('password', bytesOf(16, 1), secrets.password),
    await makeUnlocker('code', bytesOf(16, 2), secrets.code),
    await makeUnlocker('passkey', bytesOf(16, 3), secrets.passkey),
  ];
  const known = [{ org: idOf('org', 2), account: accountOf(2), pin: bytesOf(16, 8), verified: true, changed: false }];
  const inside = { uikSeed: bytesOf(32, 5), uks: [bytesOf(32, 6)], cardSeq: 3, unlockers, known, settings: utf8('{}') };
  const vault = unwrap(await sealVault(ann, 4, secret, nonce, inside));
  return { secrets, vault, envelopes: unwrap(await sealEnvelopes(ann, unlockers, secret, chanceOf(2))) };
}

async function ofVault(): Promise<Promise<DerivedVector>[]> {
  const { secrets, vault, envelopes } = await vaultOfAnn();
  const kinds = Object.entries(secrets);
  return [
    derived('an account’s', 'vault', { ...ann, vaultKey: secret, vault }),
    derived('of an identity key', 'pin', { uik: secret }),
    ...kinds.map(([kind, of]) => derived(kind, 'unlocker', { kind, secret: of })),
    ...kinds.map(([kind, of], i) => derived(kind, 'envelope', { ...ann, ...envelopes[i], kind, secret: of })),
    derived('of an account', 'prf salt', { account: ann.account }),
    derived('as it is shown', 'recovery code', { typed: formatRecoveryCode(secrets.code) }),
  ];
}

export async function sealVectors(): Promise<VectorFile> {
  const bundle = await bundleOfTwo();
  const { vault } = await vaultOfAnn();
  const commits = [{ cpos: 5, commit: commitOf(secret, chatId, 5) }];
  const bundles = [{ org, hash: bundleHash(bundle), length: bundle.length }];
  const material = encodeKeyMaterial({ commits, bundles });
  const wraps = [2, 1].map((n) => [idBytes(accountOf(n)), 1, bytesOf(48, 1)]);
  const unsorted = encodeCbor([1, idBytes(chatId), idBytes(org), 4, base.chash, wraps]);
  const sections = [ofSecrets(), await ofKeys(), await ofContent(), await ofVault()].flat();
  return {
    about: 'SEAL: key material, bundles, the vault; and what derives and opens, with `input` and `output`',
    good: [
      goodVector('a rekey', 'key material', material),
      goodVector('for two members', 'bundle', bundle),
      goodVector('an account’s', 'vault', vault),
    ],
    bad: [
      badVector('wraps out of order', 'bundle', unsorted, 'malformed'),
      badVector('of a newer version', 'bundle', encodeCbor([2]), 'unknown_version'),
      badVector('of a newer version', 'key material', encodeCbor([2]), 'unknown_version'),
      badVector('cut short', 'vault', vault.slice(0, -1), 'malformed'),
    ],
    derived: await Promise.all([
      ...sections,
      ...[1, 2].map((n) =>
        derived(`of member ${n}`, 'wrap', { bundle, account: accountOf(n), userKey: bytesOf(32, n) }),
      ),
    ]),
  };
}
