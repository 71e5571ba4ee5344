import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLogOf } from '../../protocol/chat/state.ts';
import { encode } from '../../protocol/codec.ts';
import type { ChatId, LogId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type FrameOf, receiptList } from '../../protocol/sync/frames.ts';
import { citedAt, logOf, write } from '../../protocol/testing/chat.ts';
import { eraseOf, finOf, messageOf } from '../../protocol/testing/log.ts';
import { accountOf, bytesOf, idOf } from '../../protocol/testing/orgs.ts';
import type { WorldNode } from '../world/node.ts';
import { seenBy } from '../world/talk.ts';
import { blocksOf, bundleOf } from './forger.ts';
import { controlOf, damaged, forgedAct, honestDraft, lieIn } from './lies.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage('forging');
});
afterAll(() => stage.end());

function logIdOf(node: WorldNode, chatId: ChatId, owner: WorldNode = node): LogId {
  const held = node.core.chats.sharing.find(chatId);
  const log = held && openLogOf(held.state, owner.core.organisation.orgId);
  if (!log) throw new Error('no open log');
  return log.logId;
}

function receiptsOf({ forger, acme }: Stage, logId: LogId, seq: number, to = acme): FrameOf<'receipts'> {
  const bytes = encode(receiptList, { v: 1, to: to.core.organisation.orgId, receipts: [{ logId, seq }] });
  return { is: 'receipts', receipts: forger.org.signed('receipt', bytes) };
}

/** Sends to acme; the refusals that this brought there. */
async function refusals(run: (stage: Stage) => unknown): Promise<number> {
  const before = stage.refused(stage.acme);
  await run(stage);
  await stage.settle();
  return stage.refused(stage.acme) - before;
}

describe('a member whose node forges is refused, counted, and disturbs nobody by', () => {
  const attacks: Record<string, (stage: Stage) => unknown> = {
    'a block with a bad signature': ({ forger, toAcme, shared }) => {
      const bundle = lieIn(forger, shared, {});
      toAcme.send(blocksOf({ ...bundle, block: damaged(bundle.block) }));
    },
    'a block of a log that does not exist': ({ forger, toAcme, shared }) =>
      toAcme.send(blocksOf(lieIn(forger, shared, { block: { logId: idOf('log', 9) } }))),
    'a block of a log of another organisation': ({ forger, toAcme, shared, globex }) =>
      toAcme.send(blocksOf(lieIn(forger, shared, { block: { logId: logIdOf(globex, shared) } }))),
    "a block of the receiver's own log": ({ forger, toAcme, shared, acme }) =>
      toAcme.send(
        blocksOf(lieIn(forger, shared, { block: { logId: logIdOf(acme, shared), blockSeq: 90, firstSeq: 900 } })),
      ),
    'a block of a chat that it is not in': ({ forger, toAcme, shared, other, globex }) =>
      toAcme.send(blocksOf(lieIn(forger, shared, { block: { logId: logIdOf(globex, other) } }))),
    'a body that does not fit its commitment': ({ forger, toAcme, shared }) =>
      toAcme.send(blocksOf(lieIn(forger, shared, { bodies: [honestDraft(forger, shared, 'another').body] }))),
    'bodies that are too few': ({ forger, toAcme, shared }) =>
      toAcme.send(blocksOf(lieIn(forger, shared, { bodies: [] }))),
    'a message for another position than its block': ({ forger, toAcme, shared }) =>
      toAcme.send(
        blocksOf(lieIn(forger, shared, { draft: honestDraft(forger, shared, 'x', citedAt(forger.chat(shared), 1)) })),
      ),
    'a message for another log than its block': ({ forger, toAcme, shared }) => {
      const cited = citedAt(forger.chat(shared));
      const draft = messageOf(forger.account, idOf('log', 3), cited, 1, 'x');
      toAcme.send(blocksOf(lieIn(forger, shared, { draft })));
    },
    'a body of another account than its header': ({ forger, toAcme, shared }) => {
      const draft = { ...honestDraft(forger, shared), account: accountOf(67) };
      toAcme.send(blocksOf(lieIn(forger, shared, { draft })));
    },
    'a fin for another chat': ({ forger, toAcme, shared }) =>
      toAcme.send(blocksOf(lieIn(forger, shared, { draft: finOf(forger.account, idOf('chat', 5)) }))),
    'an erasure for another chat': ({ forger, toAcme, shared, other, acme }) => {
      const draft = eraseOf(forger.account, other, logIdOf(acme, other), 1);
      toAcme.send(blocksOf(lieIn(forger, shared, { draft })));
    },
    'an act that the hub did not sign': ({ forger, toAcme, shared }) => {
      const chat = forger.chat(shared);
      const intent = { is: 'refuse', logId: logOf(chat, forger.org).logId, seq: 1, code: 1 } as const;
      toAcme.send(
        controlOf(chat, { genesis: new Uint8Array(), acts: [forgedAct(forger, chat, { is: 'hub', intent })] }),
      );
    },
    'an act that the hub did not sign, for a past position': ({ forger, toAcme, shared }) => {
      const chat = forger.chat(shared);
      const intent = { is: 'refuse', logId: logOf(chat, forger.org).logId, seq: 1, code: 1 } as const;
      const past = forgedAct(forger, chat, { is: 'hub', intent }, { cpos: 1 });
      toAcme.send(controlOf(chat, { genesis: new Uint8Array(), acts: [past] }));
    },
    'an act for position 0': ({ forger, toAcme, shared }) => {
      const chat = forger.chat(shared);
      const intent = { is: 'refuse', logId: logOf(chat, forger.org).logId, seq: 1, code: 1 } as const;
      const past = forgedAct(forger, chat, { is: 'hub', intent }, { cpos: 0 });
      toAcme.send(controlOf(chat, { genesis: new Uint8Array(), acts: [past] }));
    },
    'more acts at once than are verified in one go': ({ forger, toAcme, shared }) => {
      const act = { bytes: bytesOf(LIMITS.controlFrameBytes / 4, 1), signature: bytesOf(64, 1) };
      const acts = [act, act, act, act, { ...act, bytes: bytesOf(4, 1) }];
      toAcme.send(controlOf(forger.chat(shared), { genesis: new Uint8Array(), acts }));
    },
    'acts of a chat that it is not in': ({ forger, toAcme, shared, other }) =>
      toAcme.send(controlOf(forger.chat(shared), { chatId: other, genesis: new Uint8Array() })),
    'a receipt for more than there is': (here) =>
      here.toAcme.send(receiptsOf(here, logIdOf(here.acme, here.shared), 999_999)),
    "a receipt for somebody else's log": (here) =>
      here.toAcme.send(receiptsOf(here, logIdOf(here.globex, here.shared), 1)),
    'a receipt for a chat that it is not in': (here) =>
      here.toAcme.send(receiptsOf(here, logIdOf(here.acme, here.other), 1)),
    'a receipt to somebody else': (here) =>
      here.toAcme.send(receiptsOf(here, logIdOf(here.acme, here.shared), 1, here.globex)),
    'a receipt with a bad signature': (here) => {
      const { receipts } = receiptsOf(here, logIdOf(here.acme, here.shared), 1);
      here.toAcme.send({ is: 'receipts', receipts: damaged(receipts) });
    },
    'typing in a chat that it is not in': ({ forger, toAcme, other }) =>
      toAcme.send({ is: 'typing', chatId: other, account: forger.account }),
    'typing as somebody of another organisation': ({ toAcme, shared, bob }) =>
      toAcme.send({ is: 'typing', chatId: shared, account: bob.person.account }),
    'a pull of a chat that it is not in': ({ toAcme, other, acme }) =>
      toAcme.send({ is: 'pull', chatId: other, fromCpos: 0, logs: [{ logId: logIdOf(acme, other), fromBlock: 1 }] }),
    'heads of a chat that it is not in': ({ toAcme, other }) =>
      toAcme.send({ is: 'heads', chats: [{ chatId: other, cpos: 99, chash: bytesOf(32, 1), logs: [] }] }),
    'a proof that proves nothing': ({ forger, toAcme, shared }) => {
      const { block } = lieIn(forger, shared, {});
      toAcme.send({ is: 'proof', proof: { one: block, other: block } });
    },
    'a proof that somebody else signed': ({ forger, toAcme, shared, globex }) => {
      const logId = logIdOf(globex, shared);
      const one = lieIn(forger, shared, { block: { logId } }).block;
      toAcme.send({ is: 'proof', proof: { one, other: lieIn(forger, shared, { block: { logId } }).block } });
    },
    'the record of another organisation': ({ toAcme, globex }) =>
      toAcme.send({ is: 'record', chain: globex.core.organisation.chainBytes() }),
    'a record that is none': ({ toAcme }) => toAcme.send({ is: 'record', chain: bytesOf(100, 1) }),
  };

  test.each(Object.entries(attacks))('%s', async (_name, attack) => {
    expect(await refusals(attack)).toBe(1);
    expect(stage.toAcme.closes).toEqual([]);
    await stage.expectUndisturbed();
  });

  test('and its honest next message arrives all the same', async () => {
    const { forger, toAcme, shared, ann } = stage;
    const draft = honestDraft(forger, shared, '"text":"not a lie"');
    toAcme.send(blocksOf(bundleOf(write(forger.chat(shared), forger.org, [draft]))));
    await stage.settle();
    expect(seenBy(ann, shared).at(-1)).toBe('not a lie');
  });
});
