/**
 * What a person's client does in sealed chats, for the world's tests: real keys, real wraps, real signatures (SEAL 4, 5). Always
 * holds: what it knows of a chat it derives each time from its node's control log and the wraps that its node gives it.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { keysDue } from '../../protocol/chat/due.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { openLogOf } from '../../protocol/chat/state.ts';
import { encodeSignedCard } from '../../protocol/identity/card.ts';
import {
  type CardContent,
  composeCard,
  type Identity,
  verifyIdentity,
} from '../../protocol/identity/identity-chain.ts';
import { type ChatId, type EntryId, idFromBytes, type OrgId } from '../../protocol/ids.ts';
import { decodeBody } from '../../protocol/log/entry.ts';
import type { Result } from '../../protocol/result.ts';
import { signBody } from '../../protocol/seal/body.ts';
import { bundleHash, sealBundle } from '../../protocol/seal/bundle.ts';
import { commitOf, derive } from '../../protocol/seal/derive.ts';
import { directSecret } from '../../protocol/seal/direct.ts';
import { createEpochs, type SealedEpochs } from '../../protocol/seal/epochs.ts';
import { encodeKeyMaterial } from '../../protocol/seal/material.ts';
import { openMessage, sealMessage } from '../../protocol/seal/message.ts';
import { importSigner } from '../../protocol/seal/sign.ts';
import { openWrap } from '../../protocol/seal/wrap.ts';
import { importPair } from '../../protocol/seal/x25519.ts';
import { signCard, type TestUserKey, userKeyOf } from '../../protocol/testing/cards.ts';
import { keyOf, type TestKey, type TestOrg, unwrap } from '../../protocol/testing/orgs.ts';
import type { Beside, RequestOutcome } from '../../server/chats/asking.ts';
import type { HeldChat } from '../../server/chats/held.ts';
import type { Person, WorldNode } from './node.ts';
import type { Rng } from './rng.ts';

export interface Keys {
  uik: TestKey;
  /** Generation 1 first. */
  readonly uks: TestUserKey[];
  readonly signer: CryptoKey;
  readonly dk: Uint8Array;
  readonly enrol: Identity;
}

export interface Holder {
  readonly node: WorldNode;
  readonly person: Person;
}

const NOTHING = new Uint8Array();
const held = new WeakMap<Person, Keys>();
/** Clear texts of what was sealed here, by what they became: for who looks at nodes from outside. */
const clear = new Map<string, string>();

export function keysOf(person: Person): Keys | undefined {
  return held.get(person);
}

function mustHave(person: Person): Keys {
  const keys = held.get(person);
  if (!keys) throw new Error(`${person.name} has no keys`);
  return keys;
}

export function textOfSealed(ciphertext: Uint8Array): string | undefined {
  return clear.get(Buffer.from(ciphertext.subarray(0, 32)).toString('hex'));
}

function seedFrom(rng: Rng): number {
  return rng.int(1, 0xffff_fffe);
}

/** Makes keys on the person's device and states them to the node: from then on the person founds sealed chats. */
export async function enrol({ node, person }: Holder, rng: Rng): Promise<void> {
  const [uik, dk] = [keyOf(seedFrom(rng)), seedFrom(rng)];
  const uks = [userKeyOf(seedFrom(rng))];
  const content = contentOf(person, 'enrol', uik, uks, keyOf(dk).key);
  const { account } = person;
  const bytes = composeCard({ org: orgOf(node), account }, null, content);
  const card = encodeSignedCard(signCard(testOrgOf(node), bytes, 'enrol', uik));
  const put = await putCard({ node, person }, card);
  const identity = unwrap(verifyIdentity(put, node.core.organisation.signer.publicKey));
  const seed = new Uint8Array(32);
  new DataView(seed.buffer).setUint32(28, dk);
  held.set(person, { uik, uks, signer: await importSigner(seed), dk: keyOf(dk).key, enrol: identity });
  // Everybody's `enrol` card is known to everybody, as the nodes would serve it.
  enrolKeys.set(hex(identity.enrolHash), identity.enrolUk);
}

async function putCard({ node, person }: Holder, card: Uint8Array): Promise<Uint8Array> {
  const holder = { accountId: person.account, device: person.device };
  const put = unwrap(await node.core.accounts.keys.put(holder, false, { card, vault: null, envelopes: null }));
  if (!put.identity) throw new Error('no identity');
  return put.identity;
}

function contentOf(
  { device }: Person,
  change: CardContent['change'],
  uik: TestKey,
  uks: readonly TestUserKey[],
  dk: Uint8Array,
): CardContent {
  const uk = (uks.at(-1) as TestUserKey).key;
  return { change, uik: uik.key, ukGen: uks.length, uk, devices: [{ device, dk }], issuedAt: 1 };
}

/** The next user key, as after a device was logged out; `reset`: a new identity key too, and nothing vouches for it. */
export async function changeKeys({ node, person }: Holder, rng: Rng, change: 'update' | 'reset'): Promise<void> {
  const keys = mustHave(person);
  if (change === 'reset') keys.uik = keyOf(seedFrom(rng));
  keys.uks.push(userKeyOf(seedFrom(rng)));
  const before = unwrap(verifyIdentity(chainOf({ node, person }), null));
  const member = { org: orgOf(node), account: person.account };
  const bytes = composeCard(member, before, contentOf(person, change, keys.uik, keys.uks, keys.dk));
  await putCard({ node, person }, encodeSignedCard(signCard(testOrgOf(node), bytes, change, keys.uik)));
}

/** The account's chain as its node has it; empty for who has none. */
export function chainOf({ node, person }: Holder): Uint8Array {
  return node.core.accounts.keys.identity(person.account) ?? NOTHING;
}

function orgOf(node: WorldNode): OrgId {
  return node.core.organisation.orgId;
}

function testOrgOf(node: WorldNode): TestOrg {
  const { orgId, signer, chainBytes } = node.core.organisation;
  const op: TestKey = { key: signer.publicKey, sign: (message) => signer.sign(message) };
  return { orgId, chain: chainBytes(), root: op, op, signed: () => ({ bytes: NOTHING, signature: NOTHING }) };
}

/** What the person can derive now. */
export async function epochsOf({ node, person }: Holder, chat: HeldChat): Promise<SealedEpochs> {
  const { state } = chat;
  const keys = mustHave(person);
  const epochs = createEpochs(state.chatId, () => state.segments, await directOf(keys, chat));
  for (let from = 0; ; ) {
    const page = node.core.chats.reading.wraps(person.account, state.chatId, from);
    const wraps = page.ok ? page.value : [];
    for (const wrap of wraps) {
      from = wrap.cpos + 1;
      const uk = keys.uks[wrap.ukGen - 1];
      if (!uk) continue;
      const base = { cpos: wrap.base.cpos, chash: fromText(wrap.base.chash) };
      const place = { chatId: state.chatId, base, org: orgOf(node), account: person.account, ukGen: wrap.ukGen };
      const inside = await openWrap(place, await importPair(uk.secret), fromText(wrap.sealed));
      for (const secret of inside.ok ? inside.value.secrets : []) epochs.learn(secret, wrap.cpos);
    }
    if (wraps.length === 0) return epochs;
  }
}

const enrolKeys = new Map<string, Uint8Array>();

async function directOf(keys: Keys, { state }: HeldChat): Promise<Uint8Array | null> {
  const { genesis } = state;
  if (genesis.is !== 'direct') return null;
  const other = equalBytes(genesis.a.enrolHash, keys.enrol.enrolHash) ? genesis.b : genesis.a;
  const theirs = enrolKeys.get(hex(other.enrolHash));
  return theirs ? unwrap(await directSecret(state.chatId, (keys.uks[0] as TestUserKey).secret, theirs)) : null;
}

interface Made {
  readonly keyMaterial: Uint8Array;
  readonly bundles: Uint8Array[];
}

/** Empty where nothing is due, or what is due cannot be derived. */
async function materialFor(holder: Holder, rng: Rng, chat: HeldChat, intents: readonly Intent[]): Promise<Made> {
  const none = { keyMaterial: NOTHING, bundles: [] };
  const { state } = chat;
  const actor = { org: orgOf(holder.node), account: holder.person.account };
  const due = keysDue(state, actor, intents);
  if (!due.ok || due.value.wraps.length === 0) return none;
  const base = { cpos: state.head.cpos, chash: state.head.hash };
  const epochs = await epochsOf(holder, chat);
  const fresh = new Map<number, Uint8Array>();
  const commits: { cpos: number; commit: Uint8Array }[] = [];
  let secret = epochs.secretAt(base.cpos);
  for (const { at, kind } of due.value.segments) {
    if (kind === 'rekey') secret = rng.bytes(32);
    else secret &&= derive(secret, 'next');
    if (!secret) continue;
    fresh.set(at, secret);
    if (kind === 'rekey') commits.push({ cpos: at, commit: commitOf(secret, state.chatId, at) });
  }
  const secretOf = (at: number) => fresh.get(at) ?? epochs.secretAt(at);
  if (due.value.wraps.some(({ secrets }) => secrets.some((at) => !secretOf(at)))) return none;
  const refs: { org: OrgId; hash: Uint8Array; length: number }[] = [];
  const bundles: Uint8Array[] = [];
  for (const [org, wraps] of Map.groupBy(due.value.wraps, (wrap) => wrap.org)) {
    const recipients = wraps.map(({ account, ukGen, uk, secrets }) => ({
      ...{ account, ukGen, uk },
      inside: { secrets: secrets.map((at) => ({ at, secret: secretOf(at) as Uint8Array })), lookKeys: [] },
    }));
    const bytes = unwrap(await sealBundle(state.chatId, org, base, recipients, (length) => rng.bytes(length)));
    bundles.push(bytes);
    refs.push({ org, hash: bundleHash(bytes), length: bytes.length });
  }
  return { keyMaterial: encodeKeyMaterial({ commits, bundles: refs }), bundles };
}

/** A request of the person's with the keys that it must bring; `chat`: as the person knows it. */
export async function composeSealedRequest(
  holder: Holder,
  rng: Rng,
  chat: HeldChat,
  intents: Intent[],
): Promise<{ bytes: Uint8Array; bundles: Uint8Array[] }> {
  const { person } = holder;
  const base = { cpos: chat.state.head.cpos, chash: chat.state.head.hash };
  const { keyMaterial, bundles } = await materialFor(holder, rng, chat, intents);
  const body = {
    v: 1,
    chatId: chat.chatId,
    account: person.account,
    device: person.device,
    requestId: idFromBytes('request', rng.bytes(16)),
    base: keyMaterial.length > 0 ? base : null,
    intents,
    keyMaterial,
  } as const;
  return { bytes: await signBody('request', body, mustHave(person).signer), bundles };
}

export async function requestSealed(
  holder: Holder,
  rng: Rng,
  chatId: ChatId,
  intents: Intent[],
  looks: Beside['looks'] = [],
): Promise<Result<RequestOutcome>> {
  const chat = holder.node.core.chats.sharing.find(chatId);
  if (!chat) return { ok: false, refusal: { code: 'not_found' } };
  const { bytes, bundles } = await composeSealedRequest(holder, rng, chat, intents);
  return holder.node.core.chats.request(holder.person, chatId, bytes, { looks, bundles });
}

/** A message at the head that the node has; undefined where nothing can be written, or the person has no key yet. */
export async function composeSealedMessage(
  holder: Holder,
  rng: Rng,
  chat: HeldChat,
  text: string,
  entryId: EntryId,
): Promise<Uint8Array | undefined> {
  const { person, node } = holder;
  const { state } = chat;
  const log = openLogOf(state, orgOf(node));
  if (!log) return undefined;
  await sayKeys(holder, rng, chat);
  const { cpos, hash, hlc } = state.head;
  const content = (await epochsOf(holder, chat)).contentAt(cpos, hash);
  if (!content.ok) return undefined;
  const { account, device } = person;
  const head = {
    ...{ entryId, logId: log.logId, account, device, cpos, chash: hash, authorTime: hlc },
    alert: { level: 1, mentions: [] },
  };
  const inside = new TextEncoder().encode(JSON.stringify({ type: 'text', text }));
  const sealed = await sealMessage(head, content.value, rng.bytes(12), inside, mustHave(person).signer);
  const bytes = unwrap(sealed);
  const body = decodeBody('message', bytes);
  if (body.ok && body.value.kind === 'message')
    clear.set(Buffer.from(body.value.body.ciphertext.subarray(0, 32)).toString('hex'), text);
  return bytes;
}

/** In a direct chat each side first states its keys (SEAL 4.11). */
async function sayKeys(holder: Holder, rng: Rng, chat: HeldChat): Promise<void> {
  const { node, person } = holder;
  const member = chat.state.members.get(`${orgOf(node)}/${person.account}`);
  if (chat.state.kind !== 'direct' || (member?.pins.length ?? 0) > 0) return;
  const isSaid = node.db.read
    .prepare<[string, number], { one: number }>(
      `SELECT 1 AS one FROM carriedKeys JOIN person ON person.id = carriedKeys.person
       WHERE person.account = ? AND log IN (SELECT id FROM chatLog WHERE chat = ?) LIMIT 1`,
    )
    .one(person.account, chat.id);
  if (!isSaid) await requestSealed(holder, rng, chat.chatId, [{ is: 'keys', identity: chainOf(holder) }]);
}

/** The text of an entry's body, opened with the person's own keys; null: it does not open. */
export async function openText(
  holder: Holder,
  chat: HeldChat,
  bytes: Uint8Array,
  dk: Uint8Array,
): Promise<string | null> {
  const read = decodeBody('message', bytes);
  if (!read.ok || read.value.kind !== 'message') return null;
  const { body } = read.value;
  const actHash = chat.heads[body.cpos]?.hash ?? NOTHING;
  const content = (await epochsOf(holder, chat)).contentAt(body.cpos, actHash);
  const opened = content.ok ? await openMessage(body, content.value, dk) : content;
  return opened.ok ? (JSON.parse(new TextDecoder().decode(opened.value)) as { text: string }).text : null;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function fromText(text: string): Uint8Array {
  return Uint8Array.fromBase64(text, { alphabet: 'base64url' });
}
