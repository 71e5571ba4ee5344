/**
 * For tests only: a random history of one private chat over three organisations, as it may really happen. Every node knows the
 * control log and the logs of the others only up to some point, writes citing any position it may, and one of them (a
 * forging member) goes on after its removal. The hub orders what it holds, and cuts at what it holds.
 */

import type { Cut } from '../chat/act.ts';
import { DEFAULT_POLICY } from '../chat/genesis.ts';
import type { Intent } from '../chat/intent.ts';
import { applyAct, judgeFin, judgeRequest, type Outcome, successor } from '../chat/reduce.ts';
import { type ChatState, foundChat, openLogs } from '../chat/state.ts';
import { whyVoid } from '../chat/validity.ts';
import type { Cpos, LogId, OrgId } from '../ids.ts';
import { decodeBody, type RequestBody } from '../log/entry.ts';
import { REFUSAL_CODES, type RefusalCode } from '../refusals.ts';
import { citedAt, foundTestChat, inviteOf, memberOf, order, type Person, type TestChat, tick } from './chat.ts';
import { entriesOf, type TestEntry } from './entries.ts';
import { type Draft, finOf, messageOf, openTestLog, requestOf, type TestLog, writeBlock } from './log.ts';
import { accountOf, orgOf, type TestOrg } from './orgs.ts';

/** What happens next; each number is taken modulo what there is to choose from. */
export interface Step {
  readonly what: number;
  readonly who: number;
  readonly whom: number;
  readonly how: number;
}

/** The control log as one organisation's node knows it. */
export interface View {
  readonly org: TestOrg;
  readonly state: ChatState;
}

export interface History {
  readonly chat: TestChat;
  readonly outcomes: Outcome[];
  readonly views: readonly View[];
  /** Up to where the hub holds each log. */
  readonly hubHas: Map<LogId, number>;
}

const ORGS = [orgOf(1), orgOf(2), orgOf(3)] as const;
export const PEOPLE: readonly Person[] = [1, 2, 3, 4, 5, 6].map((n) => ({
  org: ORGS[(n - 1) % 3] as TestOrg,
  account: accountOf(n),
}));

export function playHistory(steps: readonly Step[]): History {
  const chat = foundTestChat('private', PEOPLE[0] as Person, ORGS);
  const views = ORGS.map((org) => ({ org, state: foundChat(chat.genesis) }));
  const history: History = { chat, outcomes: [], views, hubHas: new Map() };
  for (const person of PEOPLE.slice(1, 4)) begin(history, person);
  for (const step of steps) play(history, step);
  for (let more = true; more; ) more = hubOrders(history);
  return history;
}

/** Half of the people are in from the start, so that something happens. */
function begin(history: History, person: Person): void {
  ask(history, PEOPLE[0] as Person, [inviteOf(person)]);
  settle(history);
  ask(history, person, [{ is: 'accept', identity: new Uint8Array() }]);
  settle(history);
}

function settle(history: History): void {
  for (let more = true; more; ) {
    hubHears(history);
    more = hubOrders(history);
  }
  for (const view of history.views) learn(history, view, history.chat.acts.length);
}

function play(history: History, { what, who, whom, how }: Step): void {
  const person = PEOPLE[who % PEOPLE.length] as Person;
  const other = PEOPLE[whom % PEOPLE.length] as Person;
  const view = viewOf(history, person);
  const moves = [
    () => say(history, person, how),
    () => say(history, person, how),
    () => say(history, person, how),
    () => learn(history, view, view.state.head.cpos + 1 + (how % 4)),
    () => learn(history, view, history.chat.acts.length),
    () => hubHears(history, whom),
    () => hubHears(history),
    () => hubOrders(history),
    () => hubOrders(history),
    () => ask(history, person, intentsOf(person, other, how)),
    () => ask(history, person, intentsOf(person, other, how)),
    () => write(history, person, view.state.head.cpos, () => finOf(person.account, history.chat.state.chatId)),
  ];
  moves[what % moves.length]?.();
}

function intentsOf(person: Person, other: Person, how: number): Intent[] {
  const whom = memberOf(other);
  const choices: Intent[][] = [
    [inviteOf(other, 1 + (how % 3))],
    [inviteOf(other)],
    [{ is: 'accept', identity: new Uint8Array() }],
    [{ is: 'accept', identity: new Uint8Array() }],
    [{ is: 'remove', ...whom }],
    [{ is: 'withdraw', ...whom }],
    [{ is: 'role', ...whom, role: 1 + (how % 3) }],
    [{ is: 'policy', policy: { ...DEFAULT_POLICY, post: 1 + (how % 2) } }],
    [{ is: 'remove', ...whom }, inviteOf(other)],
    [inviteOf(other), { is: 'remove', ...memberOf(person) }],
  ];
  return choices[Math.floor(how / 3) % choices.length] as Intent[];
}

export function viewOf(history: History, { org }: Person): View {
  return history.views.find((view) => view.org === org) as View;
}

export function learn({ chat }: History, { state }: View, upTo: Cpos): void {
  while (state.head.cpos < Math.min(upTo, chat.acts.length)) applyAct(state, chat.acts[state.head.cpos] as never);
}

/** The newest log of the organisation that its node knows of, sealed or not. */
function logKnown({ chat }: History, { org, state }: View): TestLog | undefined {
  const { logId } = [...state.logs.values()].findLast((log) => log.org === org.orgId) ?? {};
  if (!logId) return undefined;
  const log = chat.logs.get(logId) ?? openTestLog(org, logId);
  chat.logs.set(logId, log);
  return log;
}

/** Cites `cpos` or the least that the log still may. */
export function write(history: History, person: Person, cpos: Cpos, draft: (log: TestLog, cpos: Cpos) => Draft): void {
  const view = viewOf(history, person);
  const log = logKnown(history, view);
  if (!log) return;
  const openedAt = view.state.logs.get(log.logId)?.openedAt ?? 0;
  const cites = Math.max(cpos, log.head.cpos, openedAt);
  writeBlock(log, citedAt(history.chat, cites), [draft(log, cites)], tick(history.chat));
}

function say(history: History, person: Person, how: number): void {
  const known = viewOf(history, person).state.head.cpos;
  const cpos = how % 3 === 0 ? how % (known + 1) : known;
  write(history, person, cpos, (log, at) =>
    messageOf(person.account, log.logId, citedAt(history.chat, at), how, 'text'),
  );
}

function ask(history: History, person: Person, intents: readonly Intent[]): void {
  const { chat } = history;
  write(history, person, viewOf(history, person).state.head.cpos, () =>
    requestOf(person.account, chat.state.chatId, chat.nowMs % 2 ** 31, intents),
  );
}

export function hubHears({ chat, hubHas }: History, which?: number): void {
  const logs = [...chat.logs.values()].filter((_, i) => which === undefined || i === which % chat.logs.size);
  for (const log of logs) hubHas.set(log.logId, log.head.seq);
}

/** More that the hub asks of a request before it orders it. */
type Asked = (org: OrgId, body: RequestBody) => RefusalCode | null;

/** The first request or fin that the hub holds gets its disposal. False: there is none. */
export function hubOrders(history: History, asked: Asked = () => null): boolean {
  const { chat, outcomes } = history;
  const next = successor(chat.state);
  if (next) {
    outcomes.push(order(chat, { is: 'hub', intent: { is: 'transfer', org: next } }, headsHeld(history)));
    return true;
  }
  const entry = firstPending(history);
  if (entry) orderEntry(history, entry, asked);
  return entry !== undefined;
}

function firstPending({ chat, hubHas }: History): TestEntry | undefined {
  for (const log of chat.logs.values()) {
    const held = entriesOf(log).slice(0, hubHas.get(log.logId) ?? 0);
    const asks = held.filter(({ kind }) => kind === 'request' || kind === 'fin');
    const pending = asks.find(({ seq }) => !chat.state.disposed.has(`${log.logId}:${seq}`));
    if (pending) return pending;
  }
  return undefined;
}

function headsHeld({ chat, hubHas }: History): { cuts: Cut[]; frontier: Cut[] } {
  const heads = openLogs(chat.state).map(({ logId }) => ({ logId, seq: hubHas.get(logId) ?? 0 }));
  return { cuts: heads, frontier: heads };
}

function orderEntry(history: History, entry: TestEntry, asked: Asked): void {
  const { chat, outcomes } = history;
  const { logId, seq, org } = entry;
  const bytes = chat.logs.get(logId)?.blocks[seq - 1]?.bodies[0] ?? new Uint8Array();
  const read = decodeBody(entry.kind, bytes);
  if (!read.ok) throw new Error('a body that does not read');
  const { kind, body } = read.value;
  const refused =
    whyVoid(chat.state, entry) ??
    (kind === 'request'
      ? (judgeRequest(chat.state, org, body) ?? asked(org, body))
      : judgeFin(chat.state, logId, entry.account));
  const held = headsHeld(history);
  if (refused) {
    const code = REFUSAL_CODES.indexOf(refused);
    outcomes.push(order(chat, { is: 'hub', intent: { is: 'refuse', logId, seq, code } }, held));
  } else if (kind === 'fin') outcomes.push(order(chat, { is: 'fin', logId, seq, body: bytes }, held));
  else if (kind === 'request') {
    for (const index of body.intents.keys())
      outcomes.push(
        order(
          chat,
          { is: 'request', logId, seq, index, body: index === 0 ? bytes : new Uint8Array() },
          headsHeld(history),
        ),
      );
  }
}
