/** P2 between organisations: to whoever is not in it, a private chat is as one that does not exist, frame for frame and byte for byte. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLogOf } from '../../protocol/chat/state.ts';
import { encode } from '../../protocol/codec.ts';
import type { ChatId, LogId } from '../../protocol/ids.ts';
import { type Frame, frame, receiptList } from '../../protocol/sync/frames.ts';
import { bytesOf, idOf } from '../../protocol/testing/orgs.ts';
import { blocksOf } from './forger.ts';
import { forgedAct, lieIn } from './lies.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage('privacy');
});
afterAll(() => stage.end());

interface Place {
  readonly chatId: ChatId;
  readonly logId: LogId;
}

/** Every kind of frame that names a chat or a log. */
const frames: Record<string, (stage: Stage, place: Place) => Frame> = {
  control: ({ forger, shared }, { chatId, logId }) => {
    const cause = { is: 'hub', intent: { is: 'refuse', logId, seq: 1, code: 1 } } as const;
    const acts = [forgedAct(forger, forger.chat(shared), cause, { chatId })];
    return { is: 'control', chatId, genesis: new Uint8Array(), founderSignature: new Uint8Array(), acts, looks: [] };
  },
  'control for a past position': ({ forger, shared }, { chatId, logId }) => {
    const cause = { is: 'hub', intent: { is: 'refuse', logId, seq: 1, code: 1 } } as const;
    const acts = [forgedAct(forger, forger.chat(shared), cause, { chatId, cpos: 1 })];
    return { is: 'control', chatId, genesis: new Uint8Array(), founderSignature: new Uint8Array(), acts, looks: [] };
  },
  blocks: ({ forger, shared }, { logId }) => blocksOf(lieIn(forger, shared, { block: { logId } })),
  'blocks far ahead': ({ forger, shared }, { logId }) =>
    blocksOf(lieIn(forger, shared, { block: { logId, blockSeq: 50, firstSeq: 500 } })),
  heads: (_stage, { chatId, logId }) => {
    const logs = [{ logId, blockSeq: 99, seq: 99, hash: bytesOf(32, 1) }];
    return { is: 'heads', chats: [{ chatId, cpos: 99, chash: bytesOf(32, 1), logs }] };
  },
  'pull of everything': (_stage, { chatId, logId }) => ({
    is: 'pull',
    chatId,
    fromCpos: 0,
    logs: [{ logId, fromBlock: 1 }],
  }),
  'pull of acts': (_stage, { chatId }) => ({ is: 'pull', chatId, fromCpos: 1, logs: [] }),
  receipts: ({ forger, acme }, { logId }) => {
    const list = { v: 1, to: acme.core.organisation.orgId, receipts: [{ logId, seq: 1 }] } as const;
    return { is: 'receipts', receipts: forger.org.signed('receipt', encode(receiptList, list)) };
  },
  proof: ({ forger, shared }, { logId }) => {
    const [one, other] = [1, 2].map(() => lieIn(forger, shared, { block: { logId } }).block);
    if (!one || !other) throw new Error('bug');
    return { is: 'proof', proof: { one, other } };
  },
  typing: ({ forger }, { chatId }) => ({ is: 'typing', chatId, account: forger.account }),
  'bundles of keys': (_stage, { chatId }) => ({ is: 'keyBundles', chatId, bundles: [bytesOf(90, 1)] }),
  'bundles that lack': (_stage, { chatId }) => ({ is: 'lackBundles', chatId, hashes: [bytesOf(32, 1)] }),
  'bundles that are there': (_stage, { chatId }) => ({ is: 'haveBundles', chatId, hashes: [bytesOf(32, 1)] }),
};

function places({ acme, other }: Stage): { foreign: Place; none: Place } {
  const held = acme.core.chats.sharing.find(other);
  const log = held && openLogOf(held.state, acme.core.organisation.orgId);
  if (!log) throw new Error('no open log');
  return { foreign: { chatId: other, logId: log.logId }, none: { chatId: idOf('chat', 1), logId: idOf('log', 1) } };
}

/** What comes back for this frame, and how it is counted. */
async function answerTo(value: Frame): Promise<{ bytes: Uint8Array[]; refused: number }> {
  const { acme, toAcme, settle } = stage;
  const [before, refused] = [toAcme.bytes.length, stage.refused(acme)];
  toAcme.send(value);
  await settle();
  return { bytes: toAcme.bytes.slice(before), refused: stage.refused(acme) - refused };
}

test.each(Object.entries(frames).filter(([name]) => name !== 'heads'))(
  '%s: a foreign chat and none get the same bytes',
  async (_name, make) => {
    const { foreign, none } = places(stage);
    const ofForeign = await answerTo(make(stage, foreign));
    const ofNone = await answerTo(make(stage, none));
    expect(ofForeign).toEqual(ofNone);
    expect(ofForeign).toEqual({ bytes: [], refused: 1 });
  },
);

test('heads: a foreign chat and none are asked for alike', async () => {
  const { foreign, none } = places(stage);
  const { heads } = frames;
  if (!heads) throw new Error('bug');
  for (const place of [foreign, none]) {
    const { bytes, refused } = await answerTo(heads(stage, place));
    const asked = encode(frame, { is: 'pull', chatId: place.chatId, fromCpos: 0, logs: [] });
    expect({ bytes, refused }).toEqual({ bytes: [asked], refused: 1 });
  }
});

test('a log to be flushed: a foreign one, one of a chat of ours with another hub, and none get the same bytes', async () => {
  const { acme, shared, toAcme, world } = stage;
  const { foreign, none } = places(stage);
  const held = acme.core.chats.sharing.find(shared);
  const own = held && openLogOf(held.state, acme.core.organisation.orgId);
  const ask = (logId: LogId) => world.drive(toAcme.call({ is: 'flush', logId }));
  const answers = [await ask(foreign.logId), await ask(none.logId), await ask(own?.logId ?? none.logId)];
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test('what is said of the chat while others talk in it never reaches who is not in it', async () => {
  const { toAcme, toGlobex, ann, bob, acme, globex, other } = stage;
  const before = [toAcme.bytes.length, toGlobex.bytes.length];
  await stage.expectUndisturbed([other]);
  acme.core.federation.typing(other, ann.person.account);
  globex.core.federation.typing(other, bob.person.account);
  await stage.settle();
  for (const [i, line] of [toAcme, toGlobex].entries()) {
    const kinds = line.frames.slice(before[i]).map(({ is }) => is);
    expect(kinds.filter((is) => is !== 'mark')).toEqual([]);
  }
});

test.each(['nobody', 'exact', 'search'] as const)(
  'the directory shows "%s": whoever is not to be found is as nobody',
  async (directory) => {
    const { acme, toAcme, world } = stage;
    await world.act(() => acme.core.network.set({ directory }));
    const ask = (request: Parameters<typeof toAcme.call>[0]) => world.drive(toAcme.call(request));
    const nobody = await ask({ is: 'find', name: 'nobody' });
    const found = await ask({ is: 'find', name: 'ann' });
    const byPart = await ask({ is: 'search', text: 'an' });
    const byPrefix = await ask({ is: 'find', name: 'an' });
    expect(found.length > nobody.length).toBe(directory !== 'nobody');
    expect(byPart.length > nobody.length).toBe(directory === 'search');
    expect(byPrefix).toEqual(nobody);
    if (directory === 'nobody') expect(found).toEqual(nobody);
    if (directory !== 'search') expect(byPart).toEqual(nobody);
  },
);

test('after the budget for look-ups everybody is as nobody', async () => {
  const { toAcme, world } = stage;
  const nobody = await world.drive(toAcme.call({ is: 'find', name: 'nobody' }));
  for (let i = 0; i < 130; i += 1) await world.drive(toAcme.call({ is: 'find', name: 'nobody' }));
  expect(await world.drive(toAcme.call({ is: 'find', name: 'ann' }))).toEqual(nobody);
  await stage.expectUndisturbed();
});
