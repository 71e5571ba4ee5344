/**
 * For tests and frozen examples only: a chat with its control log and all logs, driven as an honest hub and honest nodes
 * would. Always holds: `state` is what reducing `acts` gives; every request and fin stands in a log before its act.
 */
import { type Act, act, type Cause, type Cut, type ReadAct, readAct } from '../chat/act.ts';
import { type ChatKind, DEFAULT_POLICY, directGenesis, genesis } from '../chat/genesis.ts';
import type { HubIntent, Intent, Policy } from '../chat/intent.ts';
import { applyAct, type Outcome } from '../chat/reduce.ts';
import { type ChatState, foundChat, openLogOf, openLogs } from '../chat/state.ts';
import { encode } from '../codec.ts';
import { hlcFromMs } from '../hlc.ts';
import type { AccountId, Cpos, Hash, Hlc, LogId } from '../ids.ts';
import { SUITE } from '../log/entry.ts';
import {
  type Cited,
  type Draft,
  finOf,
  messageOf,
  openTestLog,
  requestOf,
  type TestLog,
  type WrittenBlock,
  writeBlock,
} from './log.ts';
import { bytesOf, START_MS, type TestOrg } from './orgs.ts';

export interface Person {
  readonly org: TestOrg;
  readonly account: AccountId;
}

export interface TestChat {
  readonly genesis: Uint8Array;
  readonly orgs: readonly TestOrg[];
  readonly state: ChatState;
  readonly acts: ReadAct[];
  /** Hash of each position, [0] the genesis. */
  readonly hashes: Hash[];
  readonly logs: Map<LogId, TestLog>;
  /** The time: grows by a second with everything that is done. */
  nowMs: number;
}

/** A sealed chat: nothing has happened in it, so there is no secret in a private one. */
export function foundSealedChat(founder: Person, orgs: readonly TestOrg[], change: Partial<Policy> = {}): TestChat {
  return foundTestChat('private', founder, orgs, change, SUITE.sealed);
}

/** General, public or private. `orgs`: all that may ever take part, the founder's among them. */
export function foundTestChat(
  kind: Exclude<ChatKind, 'direct'>,
  founder: Person,
  orgs: readonly TestOrg[],
  change: Partial<Policy> = {},
  suite: number = SUITE.clear,
): TestChat {
  const { orgId: org, op } = founder.org;
  const policy = { ...DEFAULT_POLICY, ...change };
  const random = bytesOf(32, 1);
  const hlc = hlcFromMs(START_MS);
  const head = { v: 1, random, suite, org, account: founder.account } as const;
  return testChatOf(encode(genesis, { is: kind, ...head, opKey: op.key, keySeq: 0, hlc, policy }), orgs);
}

export function directTestChat(one: Person, other: Person): TestChat {
  const side = ({ org, account }: Person) => ({ org: org.orgId, account, enrolHash: new Uint8Array() });
  return testChatOf(directGenesis(side(one), side(other), 0), [one.org, other.org]);
}

export function testChatOf(genesisBytes: Uint8Array, orgs: readonly TestOrg[]): TestChat {
  const state = foundChat(genesisBytes);
  const chat = { genesis: genesisBytes, orgs, state, acts: [], hashes: [state.head.hash], logs: new Map() };
  return { ...chat, nowMs: START_MS };
}

export function tick(chat: TestChat): Hlc {
  chat.nowMs += 1_000;
  return hlcFromMs(chat.nowMs);
}

/** What an entry written now cites, or one that knows only an older head. */
export function citedAt(chat: TestChat, cpos: Cpos = chat.state.head.cpos): Cited {
  return { cpos, chash: chat.hashes[cpos] as Hash };
}

/** The log of the organisation that is open now. Throws where none is. */
export function logOf(chat: TestChat, org: TestOrg): TestLog {
  const open = openLogOf(chat.state, org.orgId);
  if (!open) throw new Error('no open log');
  const log = chat.logs.get(open.logId) ?? openTestLog(org, open.logId);
  chat.logs.set(open.logId, log);
  return log;
}

/** `[logId, seq]` of every open log as it stands. */
function headsOf(chat: TestChat): Cut[] {
  return openLogs(chat.state).map(({ logId }) => ({ logId, seq: chat.logs.get(logId)?.head.seq ?? 0 }));
}

/** One block with these entries. An older `cited` than the log's last block's is not possible for an honest node. */
export function write(chat: TestChat, org: TestOrg, drafts: readonly Draft[], cited = citedAt(chat)): WrittenBlock {
  return writeBlock(logOf(chat, org), cited, drafts, tick(chat));
}

/** One message in a block of its own; its number in the log. */
export function say(chat: TestChat, { org, account }: Person, text: string, cited = citedAt(chat)): number {
  const log = logOf(chat, org);
  write(chat, org, [messageOf(account, log.logId, cited, chat.nowMs - START_MS, text)], cited);
  return log.head.seq;
}

/** The next act as the hub would sign it; `change` makes it another. Not applied. */
export function draftAct(chat: TestChat, cause: Cause, change: Partial<Act> = {}): Act {
  const { state } = chat;
  const place = { term: state.term, keySeq: 0, cpos: state.head.cpos + 1, prevHash: state.head.hash };
  const heads = { cuts: headsOf(chat), frontier: headsOf(chat) };
  return { v: 1, chatId: state.chatId, ...place, hlc: tick(chat), cause, ...heads, ...change };
}

/** Signs as the hub, applies, and returns what came of it. */
export function order(chat: TestChat, cause: Cause, change: Partial<Act> = {}): Outcome {
  const hub = chat.orgs.find((org) => org.orgId === chat.state.hub);
  if (!hub) throw new Error('the hub is not among the organisations');
  const read = readAct(hub.signed('act', encode(act, draftAct(chat, cause, change))));
  if (!read.ok) throw new Error(read.refusal.code);
  const outcome = applyAct(chat.state, read.value);
  chat.acts.push(read.value);
  chat.hashes.push(read.value.hash);
  return outcome;
}

/** Writes the request in the person's log and orders each of its intents. Outcomes in their order. */
export function ask(chat: TestChat, person: Person, intents: readonly Intent[], change: Partial<Act> = {}): Outcome[] {
  const { org, account } = person;
  const draft = requestOf(account, chat.state.chatId, chat.nowMs - START_MS, intents);
  const log = logOf(chat, org);
  write(chat, org, [draft]);
  return orderRequest(chat, log, log.head.seq, draft.body, intents.length, change);
}

export function orderRequest(
  chat: TestChat,
  log: TestLog,
  seq: number,
  body: Uint8Array,
  intents: number,
  change: Partial<Act> = {},
): Outcome[] {
  return Array.from({ length: intents }, (_, index) =>
    order(chat, { is: 'request', logId: log.logId, seq, index, body: index === 0 ? body : new Uint8Array() }, change),
  );
}

/** Writes a fin and orders the leave. */
export function leave(chat: TestChat, { org, account }: Person): Outcome {
  const draft = finOf(account, chat.state.chatId);
  const log = logOf(chat, org);
  write(chat, org, [draft]);
  return order(chat, { is: 'fin', logId: log.logId, seq: log.head.seq, body: draft.body });
}

export function orderByHub(chat: TestChat, intent: HubIntent, change: Partial<Act> = {}): Outcome {
  return order(chat, { is: 'hub', intent }, change);
}

export function inviteOf({ org, account }: Person, role = 1): Extract<Intent, { is: 'invite' }> {
  return { is: 'invite', org: org.orgId, account, role, history: [], orgChain: org.chain, identity: new Uint8Array() };
}

export function memberOf({ org, account }: Person): { org: TestOrg['orgId']; account: AccountId } {
  return { org: org.orgId, account };
}

/** Invites, and accepts where that is needed. */
export function bringIn(chat: TestChat, by: Person, person: Person, role = 1): void {
  const [invited] = ask(chat, by, [inviteOf(person, role)]);
  if (invited?.ok && invited.change.is === 'invited') ask(chat, person, [{ is: 'accept', identity: new Uint8Array() }]);
}
