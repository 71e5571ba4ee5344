// Sealed chats of programs that all live in one process, for load and for tests of nodes: real cards, wraps and signatures, made by
// the client's own parts. Secrets are shared between them in memory instead of being opened by each: what a node does is the same.
import { randomBytes } from 'node:crypto';
import type { ChatSummary, Me } from '../../protocol/api/shapes.ts';
import { chatIdOf } from '../../protocol/chat/genesis.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { type ChatState, foundChat } from '../../protocol/chat/state.ts';
import { hlcFromMs } from '../../protocol/hlc.ts';
import { type ChatId, type DeviceId, idFromBytes } from '../../protocol/ids.ts';
import { createEpochs, type SealedEpochs } from '../../protocol/seal/epochs.ts';
import type { Api } from '../../web/client/api.ts';
import { fromBase64, toBase64 } from '../../web/client/base64.ts';
import {
  composeSealedGenesis,
  composeSealedMessage,
  composeSignedRequest,
  type SigningAuthor,
} from '../../web/client/compose-sealed.ts';
import { openControl } from '../../web/client/control.ts';
import { composeMaterial } from '../../web/client/key-material.ts';
import { cardDevice, makeCard } from '../../web/client/keyring/cards.ts';
import type { Answer } from '../../web/client/model.ts';
import type { DeviceKeys } from '../../web/client/ports.ts';
import { saidBytes } from '../../web/client/said.ts';

const { subtle } = globalThis.crypto;

export const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

export interface Holder {
  readonly api: Pick<Api, 'call'>;
  readonly me: Me;
  readonly author: SigningAuthor;
  /** The account's identity chain, counter-signed. */
  readonly chain: Uint8Array;
}

interface Known {
  state: ChatState;
  readonly epochs: SealedEpochs;
}

const chats = new Map<ChatId, Known>();

async function must<T>(answer: Promise<Answer<T>>): Promise<T> {
  const given = await answer;
  if (!given.ok) throw new Error(`refused: ${given.refusal.code} ${given.refusal.detail ?? ''}`);
  return given.value;
}

const holders = new Map<string, Holder>();

/** With the keys that the account has from the first time on: made here and stated to its node. */
export async function holderOf(api: Pick<Api, 'call'>, me: Me): Promise<Holder> {
  const key = `${me.org}/${me.account}`;
  const known = holders.get(key);
  const holder = known ? { ...known, api, me } : await enrol(api, me);
  holders.set(key, holder);
  return holder;
}

async function enrol(api: Pick<Api, 'call'>, me: Me): Promise<Holder> {
  const { org, account } = me;
  const device = me.device as DeviceId;
  const pair = (await subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as DeviceKeys['deviceKey'];
  const devices = [await cardDevice(device, pair)];
  const wish = {
    change: 'enrol',
    uikSeed: random.bytes(32),
    uks: [random.bytes(32)],
    devices,
    now: Date.now(),
  } as const;
  const { card } = await makeCard({ org, account }, null, wish);
  const body = { card: toBase64(card), vault: null, envelopes: null };
  const { identity } = await must(api.call('PUT /api/v1/me/keys', { body }));
  return {
    api,
    me,
    author: { org, account, device, deviceKey: pair.privateKey },
    chain: fromBase64(identity ?? ''),
  };
}

function keep(state: ChatState): Known {
  const known = chats.get(state.chatId);
  if (known) {
    known.state = state;
    return known;
  }
  const made: Known = { state, epochs: createEpochs(state.chatId, () => made.state.segments, null) };
  chats.set(state.chatId, made);
  return made;
}

/** The chat as its control log is now. */
async function refresh({ api }: Holder, chat: ChatId): Promise<Known> {
  const reply = await must(api.call('GET /api/v1/chats/:chat/control', { params: { chat }, query: { from: 0 } }));
  return keep((await openControl(chat, reply)).state);
}

/** A request with the keys that it must bring, made for `known`. */
async function compose({ author }: Holder, known: Known, intents: readonly Intent[]) {
  const { state, epochs } = known;
  const keys = { secretAt: (p: number) => epochs.secretAt(p), lookKey: null };
  const material = await composeMaterial(state, author, intents, keys, random);
  return {
    body: toBase64(await composeSignedRequest(random, author, state.chatId, intents, material)),
    bundles: material.bundles.map(toBase64),
    drawn: material.drawn,
  };
}

export function sealedGenesis({ me, author }: Pick<Holder, 'me' | 'author'>): Uint8Array {
  const founding = { opKey: fromBase64(me.opKey), keySeq: me.keySeq, hlc: hlcFromMs(Date.now()) };
  return composeSealedGenesis(random, author, founding);
}

/** A sealed private chat of `by` alone. */
export async function foundSealed(by: Holder): Promise<ChatSummary> {
  const genesis = sealedGenesis(by);
  const known = keep(foundChat(genesis));
  const {
    body: request,
    bundles,
    drawn,
  } = await compose(by, known, [{ is: 'keys', identity: by.chain }, { is: 'rekey' }]);
  const summary = await must(
    by.api.call('POST /api/v1/chats', { body: { genesis: toBase64(genesis), request, bundles } }),
  );
  const { epochs } = await refresh(by, chatIdOf(genesis));
  for (const secret of drawn) epochs.learn(secret);
  return summary;
}

/** Resolves when the node has stored it; what it refuses is thrown. */
export async function requestSealed(by: Holder, chat: ChatId, intents: readonly Intent[]): Promise<void> {
  const { drawn, ...body } = await compose(by, await refresh(by, chat), intents);
  await must(by.api.call('POST /api/v1/chats/:chat/requests', { params: { chat }, body }));
  if (drawn.length === 0) return;
  const { epochs } = await refresh(by, chat);
  for (const secret of drawn) epochs.learn(secret);
}

/** The body of a message at this head. */
export async function sealedMessage(by: Holder, summary: ChatSummary, text: string): Promise<string> {
  const { chat, head } = summary;
  let known = chats.get(chat);
  if (!known || known.state.head.cpos < head.cpos) known = await refresh(by, chat);
  const content = known.epochs.contentAt(head.cpos, fromBase64(head.chash));
  if (!content.ok) throw new Error(`no key: ${content.refusal.code}`);
  return messageUnder(by, content.value, summary, text);
}

/** The same, sealed with this content secret, whatever it is. */
export async function messageUnder(
  { author }: Holder,
  contentSecret: Uint8Array,
  { head, logId }: ChatSummary,
  text: string,
): Promise<string> {
  if (logId === null) throw new Error('nothing can be written in this chat');
  const made = await composeSealedMessage(random, author, contentSecret, {
    entryId: idFromBytes('entry', random.bytes(16)),
    logId,
    head: { cpos: head.cpos, chash: fromBase64(head.chash) },
    authorTime: Date.now(),
    alert: { level: 1, mentions: [] },
    content: saidBytes({ type: 'text', text }),
  });
  if (!made.ok) throw new Error(made.refusal.code);
  return toBase64(made.value);
}
