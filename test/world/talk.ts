/** What a person's client does, for the world's tests: composes genesis, requests and messages (PROTOCOL 3.4, 4.2), suite 0. */
import { chatIdOf, DEFAULT_POLICY, directGenesis, genesis } from '../../protocol/chat/genesis.ts';
import { type Intent, ROLES } from '../../protocol/chat/intent.ts';
import { membersNow, openLogOf } from '../../protocol/chat/state.ts';
import { encode } from '../../protocol/codec.ts';
import { hlcFromMs } from '../../protocol/hlc.ts';
import { type ChatId, type EntryId, idFromBytes, type LogId } from '../../protocol/ids.ts';
import { eraseBody, finBody, messageBody, requestBody } from '../../protocol/log/entry.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import type { RequestOutcome } from '../../server/chats/asking.ts';
import type { StoredEntry } from '../../server/chats/submit.ts';
import type { Person, WorldNode } from './node.ts';
import type { Rng } from './rng.ts';

export interface Talker {
  readonly node: WorldNode;
  readonly person: Person;
}

const NOTHING = new Uint8Array();

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Refused(result.refusal.code, result.refusal.detail);
  return result.value;
}

/** Founds a private chat. */
export async function foundPrivate({ node, person }: Talker, rng: Rng, nowMs: number): Promise<ChatId> {
  const { organisation } = node.core;
  const bytes = encode(genesis, {
    is: 'private',
    v: 1,
    random: rng.bytes(32),
    suite: 0,
    org: organisation.orgId,
    account: person.account,
    opKey: organisation.signer.publicKey,
    keySeq: organisation.current().rootRecords[0]?.record.seq ?? 0,
    hlc: hlcFromMs(nowMs),
    policy: DEFAULT_POLICY,
  });
  return must(await node.core.chats.found.chat(person, bytes));
}

export async function openDirect({ node, person }: Talker, other: Talker): Promise<ChatId> {
  const none = NOTHING;
  const bytes = directGenesis(
    { org: node.core.organisation.orgId, account: person.account, enrolHash: none },
    { org: other.node.core.organisation.orgId, account: other.person.account, enrolHash: none },
    0,
  );
  must(await node.core.chats.found.chat(person, bytes));
  return chatIdOf(bytes);
}

export function request(
  { node, person }: Talker,
  rng: Rng,
  chatId: ChatId,
  intents: Intent[],
  looks: readonly Uint8Array[] = [],
): Promise<Result<RequestOutcome>> {
  const bytes = encode(requestBody, {
    v: 1,
    chatId,
    account: person.account,
    device: person.device,
    requestId: idFromBytes('request', rng.bytes(16)),
    base: null,
    intents,
    keyMaterial: NOTHING,
    devSig: NOTHING,
  });
  return node.core.chats.request(person, chatId, bytes, { looks, bundles: [] });
}

export function invite(
  by: Talker,
  rng: Rng,
  chatId: ChatId,
  who: Talker,
  role: number = ROLES.member,
): Promise<Result<RequestOutcome>> {
  const { organisation } = who.node.core;
  const intent: Intent = {
    is: 'invite',
    org: organisation.orgId,
    account: who.person.account,
    role,
    history: [],
    orgChain: by.node === who.node ? NOTHING : organisation.chainBytes(),
    identity: NOTHING,
  };
  return request(by, rng, chatId, [intent]);
}

/** A message at the head that the node has; undefined where its organisation writes nothing. */
export function composeMessage(
  { node, person }: Talker,
  rng: Rng,
  chatId: ChatId,
  text: string,
  entryId: EntryId,
): Uint8Array | undefined {
  const { chats, organisation } = node.core;
  const held = chats.sharing.find(chatId);
  const log = held && openLogOf(held.state, organisation.orgId);
  if (!held || !log) return undefined;
  return encode(messageBody, {
    suite: 0,
    entryId,
    logId: log.logId,
    account: person.account,
    device: person.device,
    cpos: held.state.head.cpos,
    chash: held.state.head.hash,
    authorTime: held.state.head.hlc,
    alert: { level: 1, mentions: [] },
    nonce: rng.bytes(12),
    ciphertext: new TextEncoder().encode(JSON.stringify({ type: 'text', text })),
    devSig: NOTHING,
  });
}

export async function say(talker: Talker, rng: Rng, chatId: ChatId, text: string): Promise<Result<StoredEntry>> {
  const bytes = composeMessage(talker, rng, chatId, text, idFromBytes('entry', rng.bytes(16)));
  if (!bytes) return { ok: false, refusal: { code: 'not_found' } };
  return talker.node.core.chats.message(talker.person, chatId, bytes);
}

export function leave({ node, person }: Talker, chatId: ChatId): Promise<Result<null>> {
  const bytes = encode(finBody, { v: 1, chatId, account: person.account, device: person.device, devSig: NOTHING });
  return node.core.chats.fin(person, chatId, bytes);
}

export function erase(
  { node, person }: Talker,
  chatId: ChatId,
  targetLogId: LogId,
  targetSeq: number,
): Promise<Result<StoredEntry>> {
  const bytes = encode(eraseBody, {
    v: 1,
    chatId,
    account: person.account,
    device: person.device,
    targetLogId,
    targetSeq,
    devSig: NOTHING,
  });
  return node.core.chats.erase(person, chatId, bytes);
}

/** What a person sees, in display order: texts of the messages that count. */
export function seenBy({ node, person }: Talker, chatId: ChatId): string[] {
  const texts: string[] = [];
  let before: string | undefined;
  for (;;) {
    const page = node.core.chats.reading.entries(person.account, chatId, { before, limit: 200 });
    if (!page.ok) return texts;
    const { entries, more } = page.value;
    texts.unshift(...entries.flatMap((entry) => (entry.body && entry.void === null ? [textOf(entry.body)] : [])));
    const first = entries[0];
    if (!more || !first) return texts;
    before = `${first.hlc}.${first.org}.${first.seq}`;
  }
}

function textOf(body: string): string {
  return textIn(Uint8Array.fromBase64(body, { alphabet: 'base64url' }));
}

/** The text in the bytes of a message's body. */
export function textIn(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return /"text":"([^"]*)"/.exec(text)?.[1] ?? '?';
}

export function memberCount(node: WorldNode, chatId: ChatId): number {
  const held = node.core.chats.sharing.find(chatId);
  return held ? membersNow(held.state).filter((member) => member.accepted).length : 0;
}

/** Makes two nodes partners, by a ticket. */
export async function befriend(one: WorldNode, other: WorldNode): Promise<void> {
  const ticket = await one.core.tickets.invite();
  must(await other.core.tickets.addFromTicket(ticket));
  await other.core.federation.dial(one.core.organisation.orgId);
}
