/** What a person's client does, for the world's tests: composes genesis, requests and messages (PROTOCOL 3.4, 4.2); in sealed chats by sealed.ts. */
import { chatIdOf, DEFAULT_POLICY, directGenesis, genesis } from '../../protocol/chat/genesis.ts';
import { type HistorySpan, type Intent, ROLES } from '../../protocol/chat/intent.ts';
import { membersNow, openLogOf } from '../../protocol/chat/state.ts';
import { encode } from '../../protocol/codec.ts';
import { hlcFromMs } from '../../protocol/hlc.ts';
import { type ChatId, type EntryId, idFromBytes, type LogId } from '../../protocol/ids.ts';
import { decodeBody, eraseBody, finBody, messageBody, requestBody } from '../../protocol/log/entry.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import { signBody } from '../../protocol/seal/body.ts';
import type { RequestOutcome } from '../../server/chats/asking.ts';
import type { StoredEntry } from '../../server/chats/submit.ts';
import type { Person, WorldNode } from './node.ts';
import type { Rng } from './rng.ts';
import { chainOf, composeSealedMessage, keysOf, requestSealed, textOfSealed } from './sealed.ts';

export interface Talker {
  readonly node: WorldNode;
  readonly person: Person;
}

const NOTHING = new Uint8Array();

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Refused(result.refusal.code, result.refusal.detail);
  return result.value;
}

/** Founds a private chat: a sealed one if the person has keys (sealed.ts). */
export async function foundPrivate(talker: Talker, rng: Rng, nowMs: number): Promise<ChatId> {
  const { node, person } = talker;
  const { organisation } = node.core;
  const suite = keysOf(person) ? 1 : 0;
  const bytes = encode(genesis, {
    is: 'private',
    v: 1,
    random: rng.bytes(32),
    suite,
    org: organisation.orgId,
    account: person.account,
    opKey: organisation.signer.publicKey,
    keySeq: organisation.current().rootRecords[0]?.record.seq ?? 0,
    hlc: hlcFromMs(nowMs),
    policy: DEFAULT_POLICY,
  });
  const chatId = must(await node.core.chats.found.chat(person, bytes));
  if (suite === 1)
    must(await request(talker, rng, chatId, [{ is: 'keys', identity: chainOf(talker) }, { is: 'rekey' }]));
  return chatId;
}

export async function openDirect({ node, person }: Talker, other: Talker): Promise<ChatId> {
  const hashes = [person, other.person].map((each) => keysOf(each)?.enrol.enrolHash);
  const [own, theirs] = hashes.every((each) => each !== undefined) ? hashes : [NOTHING, NOTHING];
  const bytes = directGenesis(
    { org: node.core.organisation.orgId, account: person.account, enrolHash: own ?? NOTHING },
    { org: other.node.core.organisation.orgId, account: other.person.account, enrolHash: theirs ?? NOTHING },
    own?.length === 0 ? 0 : 1,
  );
  must(await node.core.chats.found.chat(person, bytes));
  return chatIdOf(bytes);
}

function isSealed({ node }: Talker, chatId: ChatId): boolean {
  return node.core.chats.sharing.find(chatId)?.state.suite === 1;
}

export async function request(
  talker: Talker,
  rng: Rng,
  chatId: ChatId,
  intents: Intent[],
  looks: readonly Uint8Array[] = [],
): Promise<Result<RequestOutcome>> {
  const { node, person } = talker;
  if (isSealed(talker, chatId)) return requestSealed(talker, rng, chatId, intents, looks);
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
  history: readonly HistorySpan[] = [],
): Promise<Result<RequestOutcome>> {
  const { organisation } = who.node.core;
  const intent: Intent = {
    is: 'invite',
    org: organisation.orgId,
    account: who.person.account,
    role,
    history: [...history],
    orgChain: by.node === who.node ? NOTHING : organisation.chainBytes(),
    identity: isSealed(by, chatId) ? chainOf(who) : NOTHING,
  };
  return request(by, rng, chatId, [intent]);
}

/** A message at the head that the node has; undefined where its organisation writes nothing. */
export async function composeAny(
  talker: Talker,
  rng: Rng,
  chatId: ChatId,
  text: string,
  entryId: EntryId,
): Promise<Uint8Array | undefined> {
  const held = talker.node.core.chats.sharing.find(chatId);
  if (held?.state.suite === 1) return composeSealedMessage(talker, rng, held, text, entryId);
  return composeMessage(talker, rng, chatId, text, entryId);
}

/** As `composeAny`, in a chat that is not sealed. */
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
  const bytes = await composeAny(talker, rng, chatId, text, idFromBytes('entry', rng.bytes(16)));
  if (!bytes) return { ok: false, refusal: { code: 'not_found' } };
  return talker.node.core.chats.message(talker.person, chatId, bytes);
}

export function leave({ node, person }: Talker, chatId: ChatId): Promise<Result<null>> {
  const bytes = encode(finBody, { v: 1, chatId, account: person.account, device: person.device, devSig: NOTHING });
  return node.core.chats.fin(person, chatId, bytes);
}

export async function erase(
  talker: Talker,
  chatId: ChatId,
  targetLogId: LogId,
  targetSeq: number,
): Promise<Result<StoredEntry>> {
  const { node, person } = talker;
  const { account, device } = person;
  const body = { v: 1, chatId, account, device, targetLogId, targetSeq } as const;
  const keys = isSealed(talker, chatId) ? keysOf(person) : undefined;
  const bytes = keys ? await signBody('erase', body, keys.signer) : encode(eraseBody, { ...body, devSig: NOTHING });
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
  const read = decodeBody('message', Uint8Array.fromBase64(body, { alphabet: 'base64url' }));
  return read.ok && read.value.kind === 'message' ? textIn(read.value.body.ciphertext) : '?';
}

/** The text in the ciphertext of a message's body. */
export function textIn(bytes: Uint8Array): string {
  const sealed = textOfSealed(bytes);
  if (sealed !== undefined) return sealed;
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
