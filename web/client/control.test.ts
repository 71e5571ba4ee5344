// A control log as a client checks it: real acts, signed by the hub's real key.
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { actHash, act as actShape } from '../../protocol/chat/act.ts';
import { chatIdOf } from '../../protocol/chat/genesis.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { membersNow } from '../../protocol/chat/state.ts';
import { encode } from '../../protocol/codec.ts';
import { signedBytes } from '../../protocol/hash.ts';
import { type Hash, idBytes, idFromBytes } from '../../protocol/ids.ts';
import { logIdOf } from '../../protocol/log/block.ts';
import { createWorld } from '../../test/client/world.ts';
import { toBase64 } from './base64.ts';
import { composeGenesis, composeLook, composeRequest } from './compose.ts';
import { extendControl, openControl, reopenControl, type SignedAct } from './control.ts';

const { random } = createWorld(1);
const keys = generateKeyPairSync('ed25519');
const opKey = new Uint8Array(Buffer.from(keys.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
const person = (n: number) => ({
  org: idFromBytes('org', new Uint8Array(32).fill(1)),
  account: idFromBytes('account', new Uint8Array(16).fill(n)),
  device: idFromBytes('device', new Uint8Array(16).fill(n)),
});
const anna = person(1);
const genesis = composeGenesis(random, anna, { kind: 'private', opKey, keySeq: 0, hlc: 1_000 });
const chatId = chatIdOf(genesis);
const logId = logIdOf(chatId, anna.org, 0);
const look = composeLook(random, { cpos: 0, chash: idBytes(chatId) }, { name: 'Budget', colour: 'teal', image: null });

/** The hub's acts for these intents, one request each, continuing each other. */
function ordered(intents: readonly Intent[]): SignedAct[] {
  let prevHash: Hash = idBytes(chatId);
  return intents.map((intent, i) => {
    const cause = { is: 'request', logId, seq: i + 1, index: 0, body: composeRequest(random, anna, chatId, [intent]) };
    const value = { v: 1, chatId, term: 0, keySeq: 0, cpos: i + 1, prevHash, hlc: 2_000 + i, cause } as const;
    const bytes = encode(actShape, { ...value, cuts: [], frontier: [] } as never);
    prevHash = actHash(bytes);
    return { bytes: toBase64(bytes), signature: toBase64(sign(null, signedBytes('act', bytes), keys.privateKey)) };
  });
}

const inviteOf = (n: number): Intent => ({
  ...{ is: 'invite', org: anna.org, account: person(n).account, role: 1 },
  ...{ history: [], orgChain: new Uint8Array(0), identity: new Uint8Array(0) },
});
const acts = ordered([look.intent, inviteOf(2), inviteOf(3)]);
const reply = (some: SignedAct[]) => ({
  ...{ chat: chatId, genesis: toBase64(genesis), acts: some },
  ...{ looks: [toBase64(look.bytes)], head: some.length },
});

describe('a control log', () => {
  test('that holds gives members, look and one note for each act', async () => {
    const { state, noted, founding } = await openControl(chatId, reply(acts));
    expect(membersNow(state).length).toBe(3);
    expect(founding.look).toBe(toBase64(look.bytes));
    expect(noted.map(({ outcome }) => outcome.ok && outcome.change.is)).toEqual(['look', 'joined', 'joined']);
  });

  test('is the same whether it came at once, one by one, twice, or from the store', async () => {
    const whole = await openControl(chatId, reply(acts));
    let steps = await openControl(chatId, reply([]));
    for (const act of acts)
      for (let n = 0; n < 2; n++) steps = await extendControl(steps, [act], [toBase64(look.bytes)]);
    const again = reopenControl(whole.founding, acts);
    for (const other of [steps, again]) expect(other).toEqual(whole);
  });

  test('of another chat, with an act changed, left out or signed by somebody else is refused', async () => {
    const [first, second, third] = acts as [SignedAct, SignedAct, SignedAct];
    const other = idFromBytes('chat', new Uint8Array(32));
    const signature = toBase64(new Uint8Array(64));
    const refused = (some: SignedAct[], chat = chatId) =>
      openControl(chat, reply(some)).then(
        () => null,
        (error) => error.refusal.code,
      );
    expect(await refused(acts, other)).toBe('bad_chain');
    expect(await refused([first, third])).toBe('missing_part');
    expect(await refused([first, { ...second, signature }])).toBe('bad_signature');
    expect(await refused([first, { ...second, bytes: third.bytes }])).toBe('missing_part');
    const [forked] = ordered([inviteOf(4)]) as [SignedAct];
    expect(await refused([forked, second])).toBe('bad_chain');
    // The signature of a later act covers the earlier ones by their hashes.
    expect(await refused([{ ...first, signature }, second])).toBeNull();
  });

  test('keeps no look but the one that is in force', async () => {
    const next = composeLook(
      random,
      { cpos: 0, chash: idBytes(chatId) },
      { name: 'Other', colour: 'rust', image: null },
    );
    const control = await openControl(chatId, { ...reply(ordered([look.intent, next.intent])) });
    expect(control.founding.look).toBeNull();
    expect((await extendControl(control, [], [toBase64(next.bytes)])).founding.look).toBe(toBase64(next.bytes));
  });
});
