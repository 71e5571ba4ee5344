/** SEAL 5.1, 5.2, 4.5: what is sealed and signed by devices. */
import { describe, expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { decodeLook } from '../chat/look.ts';
import { encode } from '../codec.ts';
import { idBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { decodeBody, type MessageBody, messageHead } from '../log/entry.ts';
import { accountOf, bytesOf, deviceOf, idOf, orgOf, unwrap } from '../testing/orgs.ts';
import { deviceKeyOf } from '../testing/seal.ts';
import { openAes } from './aes.ts';
import { isSignedBy, isSignedBySync, signBody } from './body.ts';
import { derive } from './derive.ts';
import { openLook, sealLook } from './look.ts';
import { openMessage, sealMessage } from './message.ts';
import { pad } from './padding.ts';

const refused = (code: string) => ({ ok: false, refusal: { code } });
const secret = bytesOf(32, 1);
const nonce = bytesOf(12, 2);
const content = utf8('{"type":"text","text":"Guten Tag"}');
const [{ dk, signer }, other] = [await deviceKeyOf(1), await deviceKeyOf(2)];
const head = {
  entryId: idOf('entry', 1),
  logId: idOf('log', 1),
  account: accountOf(1),
  device: deviceOf(1),
  cpos: 3,
  chash: bytesOf(32, 3),
  authorTime: 1_000,
  alert: { level: 2, mentions: [{ org: orgOf(1).orgId, account: accountOf(2) }] },
};
const chatId = idOf('chat', 1);

async function sealedBody(device = signer): Promise<MessageBody> {
  const bytes = unwrap(await sealMessage(head, secret, nonce, content, device));
  return unwrap(decodeBody('message', bytes)).body as MessageBody;
}

/** The altered body, signed anew, so that only the encryption can notice. */
async function signedAnew(body: MessageBody): Promise<MessageBody> {
  return unwrap(decodeBody('message', await signBody('message', body, signer))).body as MessageBody;
}

describe('SEAL 5.1: messages', () => {
  test('open with the content secret and the device key, padded on the way', async () => {
    const body = await sealedBody();
    expect(body).toMatchObject({ suite: 1, ...head, nonce });
    expect(body.ciphertext).toHaveLength(36 + 16);
    expect(unwrap(await openMessage(body, secret, dk))).toEqual(content);
  });

  test('the key is the device’s, so that two devices never share one', async () => {
    const { ciphertext, ...body } = await sealedBody();
    const aad = encode(messageHead, body);
    const key = derive(secret, 'message', idBytes(head.device));
    expect(await openAes(key, nonce, aad, ciphertext)).toEqual(pad(content));
  });

  test('of another device, or altered in any field, they are refused by the signature', async () => {
    const body = await sealedBody();
    expect(await openMessage(body, secret, other.dk)).toMatchObject(refused('bad_signature'));
    expect(await openMessage(await sealedBody(other.signer), secret, dk)).toMatchObject(refused('bad_signature'));
    const altered: Partial<MessageBody>[] = [
      { entryId: idOf('entry', 2) },
      { authorTime: 2 },
      { alert: { level: 1, mentions: [] } },
      { nonce: bytesOf(12, 3) },
      { ciphertext: bytesOf(52, 1) },
      { devSig: new Uint8Array() },
    ];
    for (const change of altered) {
      expect(await openMessage({ ...body, ...change }, secret, dk)).toMatchObject(refused('bad_signature'));
    }
  });

  test('under another header, nonce or secret they do not open, whoever signs', async () => {
    const body = await sealedBody();
    expect(await openMessage(body, bytesOf(32, 9), dk)).toMatchObject(refused('cannot_open'));
    const altered: Partial<MessageBody>[] = [
      { entryId: idOf('entry', 2) },
      { logId: idOf('log', 2) },
      { account: accountOf(2) },
      { device: deviceOf(2) },
      { cpos: 4 },
      { chash: bytesOf(32, 4) },
      { authorTime: 2 },
      { alert: { level: 1, mentions: [] } },
      { nonce: bytesOf(12, 3) },
    ];
    for (const change of altered) {
      const again = await signedAnew({ ...body, ...change });
      expect(await openMessage(again, secret, dk)).toMatchObject(refused('cannot_open'));
    }
  });

  test('of another suite they are refused', async () => {
    const clear = await signedAnew({ ...(await sealedBody()), suite: 0 });
    expect(await openMessage(clear, secret, dk)).toMatchObject(refused('suite_not_allowed'));
    const newer = await signedAnew({ ...(await sealedBody()), suite: 2 });
    expect(await openMessage(newer, secret, dk)).toMatchObject(refused('suite_not_allowed'));
  });

  test('what a body cannot hold is refused when it is sealed', async () => {
    const sealed = (bytes: number) => sealMessage(head, secret, nonce, new Uint8Array(bytes), signer);
    expect(await sealed(LIMITS.bodyBytes)).toMatchObject(refused('too_big'));
    expect(await sealed(LIMITS.bodyBytes - 1_000)).toMatchObject(refused('too_big'));
    const most = unwrap(await sealed(LIMITS.bodyBytes - 2_049));
    expect(decodeBody('message', most)).toMatchObject({ ok: true });
  });
});

describe('SEAL 4.5: signatures of devices', () => {
  const common = { v: 1, chatId, account: accountOf(1), device: deviceOf(1) } as const;
  const requestId = idOf('request', 1);
  const bodies = {
    request: {
      ...common,
      requestId,
      base: null,
      intents: [{ is: 'withdraw', org: orgOf(1).orgId, account: accountOf(2) }],
      keyMaterial: new Uint8Array(),
    },
    fin: common,
    erase: { ...common, targetLogId: idOf('log', 1), targetSeq: 1 },
  } as const;

  test.each(['request', 'fin', 'erase'] as const)('a %s is good by its device alone, and unaltered', async (kind) => {
    const body = unwrap(decodeBody(kind, await signBody(kind, bodies[kind] as never, signer)));
    expect(await isSignedBy(body, dk)).toBe(true);
    expect(isSignedBySync(body, dk)).toBe(true);
    expect(await isSignedBy(body, other.dk)).toBe(false);
    expect(isSignedBySync(body, other.dk)).toBe(false);
    const altered = { kind, body: { ...body.body, account: accountOf(2) } } as typeof body;
    expect(await isSignedBy(altered, dk)).toBe(false);
    expect(await isSignedBy({ kind, body: { ...body.body, devSig: new Uint8Array() } } as typeof body, dk)).toBe(false);
  });

  test('a signature of one kind is none of another', async () => {
    const fin = unwrap(decodeBody('fin', await signBody('fin', bodies.fin, signer))).body;
    const asErase = { kind: 'erase', body: { ...bodies.erase, devSig: fin.devSig } } as const;
    expect(await isSignedBy(asErase, dk)).toBe(false);
  });
});

describe('SEAL 5.2: looks', () => {
  const at = { cpos: 1, chash: bytesOf(32, 5) };
  const look = async () => unwrap(decodeLook(unwrap(await sealLook(chatId, at, secret, nonce, content, signer))));

  test('open in their chat, at their position, by their device', async () => {
    const body = await look();
    expect(body).toMatchObject({ suite: 1, ...at, nonce });
    expect(unwrap(await openLook(chatId, body, secret, dk))).toEqual(content);
    expect(await openLook(idOf('chat', 2), body, secret, dk)).toMatchObject(refused('cannot_open'));
    expect(await openLook(chatId, body, bytesOf(32, 9), dk)).toMatchObject(refused('cannot_open'));
    expect(await openLook(chatId, body, secret, other.dk)).toMatchObject(refused('bad_signature'));
    expect(await openLook(chatId, { ...body, cpos: 2 }, secret, dk)).toMatchObject(refused('bad_signature'));
    expect(await openLook(chatId, { ...body, suite: 0 }, secret, dk)).toMatchObject(refused('suite_not_allowed'));
  });

  test('what a look cannot hold is refused when it is sealed', async () => {
    const sealed = (bytes: number) => sealLook(chatId, at, secret, nonce, new Uint8Array(bytes), signer);
    expect(await sealed(LIMITS.lookBytes)).toMatchObject(refused('too_big'));
    expect(await sealed(LIMITS.lookBytes - 1_000)).toMatchObject(refused('too_big'));
    expect(decodeLook(unwrap(await sealed(LIMITS.lookBytes - 2_049)))).toMatchObject({ ok: true });
  });
});
