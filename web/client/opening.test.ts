// What is opened, and what a node of the own organisation cannot put into an author's mouth (SEAL 5.1).
import { describe, expect, test } from 'vitest';
import type { ChatSummary, Entry } from '../../protocol/api/shapes.ts';
import { encode } from '../../protocol/codec.ts';
import { decodeBody, type MessageBody, messageBody, SUITE } from '../../protocol/log/entry.ts';
import { commitOf } from '../../protocol/seal/derive.ts';
import { createEpochs } from '../../protocol/seal/epochs.ts';
import { encodeKeyMaterial } from '../../protocol/seal/material.ts';
import { sealMessage } from '../../protocol/seal/message.ts';
import { importSigner } from '../../protocol/seal/sign.ts';
import { personOf, type TestPerson, testDevice } from '../../protocol/testing/cards.ts';
import { foundSealedChat, logOf, memberOf } from '../../protocol/testing/chat.ts';
import { bytesOf, idOf, orgOf, unwrap } from '../../protocol/testing/orgs.ts';
import { askSealed, invitationOf, keysOf } from '../../protocol/testing/sealed.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { ChatKeys } from './chat-keys.ts';
import type { ChatSeal } from './chat-seal.ts';
import { type Chat, createChat, entryKey, newRecord } from './desk.ts';
import { contentOf, knownFrom } from './entries.ts';
import { isOpening } from './items.ts';
import { createOpening } from './opening.ts';
import { saidBytes } from './said.ts';

const acme = orgOf(1);
const ann = personOf(acme, 1);
const ben = personOf(acme, 2);
const FIRST_REKEY = 2;
const secret = bytesOf(32, 77);

/** Anna's chat with Ben, whose first secret is `secret`; the keys have it as soon as they are given it. */
function stage() {
  const test = foundSealedChat(ann, [acme]);
  const { state } = test;
  const commits = [{ cpos: FIRST_REKEY, commit: commitOf(secret, state.chatId, FIRST_REKEY) }];
  const bundles = [{ org: acme.orgId, hash: bytesOf(32, 1), length: 1 }];
  const keyMaterial = encodeKeyMaterial({ commits, bundles });
  askSealed(test, ann, [keysOf(ann), { is: 'rekey' }, invitationOf(ben)], { change: { keyMaterial } });
  const { cpos, hash, hlc } = state.head;
  const kind = { kind: 'private', standing: 'member', suite: SUITE.sealed } as const;
  const summary = { chat: state.chatId, ...kind, head: { cpos, chash: toBase64(hash), hlc } } as unknown as ChatSummary;
  const chat = createChat(newRecord(summary));
  const noted = test.hashes.slice(1).map((each, i) => ({ cpos: i + 1, hash: each, hlc, hub: acme.orgId }));
  chat.control = {
    state,
    noted,
    chains: new Map(),
    founding: { genesis: '', look: null },
  } as unknown as Chat['control'];
  const epochs = createEpochs(state.chatId, () => state.segments);
  let version = 1;
  const seal = {
    state,
    epochs,
    get version() {
      return version;
    },
    secretAt: epochs.secretAt,
  } as unknown as ChatSeal;
  chat.seal = seal;
  let asked = 0;
  const open = async () => {
    asked++;
    return seal;
  };
  const opening = createOpening({ keys: { open, openAll: open } as unknown as ChatKeys });
  const learn = () => {
    unwrap(epochs.learn({ at: FIRST_REKEY, secret }));
    version++;
  };
  return { test, chat, opening, learn, asked: () => asked, logId: logOf(test, acme).logId };
}
type Stage = ReturnType<typeof stage>;

async function written(on: Stage, by: TestPerson, text: string, seq: number): Promise<Entry> {
  const { state } = on.test;
  const epochs = createEpochs(state.chatId, () => state.segments);
  unwrap(epochs.learn({ at: FIRST_REKEY, secret }));
  const { cpos, hash: chash } = state.head;
  const [device] = by.devices;
  const number = by.number * 100_000 + seq;
  const alert = { level: 1 as const, mentions: [] };
  const place = { entryId: idOf('entry', number), logId: on.logId, account: by.account, cpos, chash };
  const head = { ...place, device: device?.device as never, authorTime: 0, alert };
  const signer = await importSigner(bytesOf(32, 300_000 + by.number));
  const content = unwrap(epochs.contentAt(cpos, chash));
  const body = unwrap(
    await sealMessage(head, content, bytesOf(12, number), saidBytes({ type: 'text', text: text }, alert), signer),
  );
  const { org, account } = memberOf(by);
  const where = { arrival: seq, chat: state.chatId, log: on.logId, org, seq, account, hlc: 1_000 + seq };
  return { ...where, kind: 'message', cpos, body: toBase64(body), void: null };
}

const opened = async (on: Stage, entry: Entry) => {
  await on.opening.messages(on.chat, [knownFrom(entry, null)], 1);
  return contentOf(on.chat, entry);
};
const changed = (entry: Entry, change: Partial<MessageBody>): Entry => {
  const read = unwrap(decodeBody('message', fromBase64(entry.body ?? ''))).body as MessageBody;
  return { ...entry, body: toBase64(encode(messageBody, { ...read, ...change })) };
};

describe('a sealed message', () => {
  test('is opened as its author wrote it', async () => {
    const on = stage();
    on.learn();
    expect(await opened(on, await written(on, ann, 'grüezi', 1))).toMatchObject({ is: 'text', text: 'grüezi' });
  });

  test('waits for its key, and is opened when that comes', async () => {
    const on = stage();
    const entry = await written(on, ann, 'later', 1);
    expect(await opened(on, entry)).toEqual({ is: 'key' });
    const asked = on.asked();
    expect(await opened(on, entry)).toEqual({ is: 'key' });
    expect(on.asked()).toBe(asked);
    on.learn();
    expect(await opened(on, entry)).toMatchObject({ text: 'later' });
  });

  test('is nobody’s word where a node has put something else in its place', async () => {
    const on = stage();
    on.learn();
    const entry = await written(on, ann, 'mine', 1);
    const clear = changed(entry, {
      suite: SUITE.clear,
      ciphertext: saidBytes({ type: 'text', text: 'forged' }),
      devSig: new Uint8Array(),
    });
    const ciphertext = bytesOf(48, 9);
    const forged: Entry[] = [
      clear,
      changed(entry, { ciphertext }),
      changed(entry, { authorTime: 5 }),
      changed(entry, { device: testDevice(2).device }),
      changed(entry, { account: ben.account }),
      { ...changed(entry, { account: ben.account }), account: ben.account },
      { ...entry, cpos: FIRST_REKEY },
      { ...changed(entry, { cpos: FIRST_REKEY }), cpos: FIRST_REKEY },
      { ...entry, log: idOf('log', 9) },
    ];
    for (const each of forged) {
      expect(await opened(on, each)).toEqual({ is: 'unreadable' });
    }
    expect(await on.opening.isAuthentic(on.chat, entry)).toBe(true);
    for (const each of forged.slice(1, 6)) expect(await on.opening.isAuthentic(on.chat, each)).toBe(false);
  });

  test('says that the conversation is still loading, until the last one that has a key is open', async () => {
    const on = stage();
    on.learn();
    const known = await Promise.all([1, 2, 3].map(async (seq) => knownFrom(await written(on, ann, 'text', seq), null)));
    on.chat.entries = new Map(known.map((each) => [entryKey(each.entry.log, each.entry.seq), each]));
    on.chat.complete = true;
    expect(isOpening(on.chat)).toBe(true);
    await on.opening.messages(on.chat, known, 2);
    expect(isOpening(on.chat)).toBe(true);
    await on.opening.messages(on.chat, known, 2);
    expect(isOpening(on.chat)).toBe(false);
  });

  test('is not opened before somebody is about to see it: of ten thousand, the newest of one screen', async () => {
    const on = stage();
    on.learn();
    const first = await written(on, ann, 'text', 1);
    const all = Array.from({ length: 10_000 }, (_, i) => knownFrom({ ...first, seq: i + 1, arrival: i + 1 }, null));
    expect(await on.opening.messages(on.chat, all, 60)).toBe(60);
    const isOpen = all.map(({ entry }) => contentOf(on.chat, entry).is === 'text');
    expect(isOpen.filter(Boolean)).toHaveLength(60);
    expect(isOpen.lastIndexOf(false)).toBe(10_000 - 61);
    expect(await on.opening.messages(on.chat, all.slice(-60), 60)).toBe(0);
  });
});
