/**
 * For tests only: a random history of one sealed chat over three organisations. As in history.ts every node knows only a part; besides,
 * devices and user keys come and go, accounts are reset by their nodes, requests bring keys for a head that is past when they are
 * ordered, somebody forges signatures, and what is pending is done by whoever knows of it and can.
 */

import { equalBytes } from '../bytes.ts';
import { NO_DEVICE } from '../chat/author.ts';
import { whyIncomplete } from '../chat/due.ts';
import { openWindow } from '../chat/history-window.ts';
import type { HistorySpan, Intent } from '../chat/intent.ts';
import { secretsDue } from '../chat/openings.ts';
import { currentInterval, foundChat, type Member, memberKey, membersNow, newMember } from '../chat/state.ts';
import { hlcFromMs } from '../hlc.ts';
import { type Cpos, toBase32 } from '../ids.ts';
import type { RequestBody } from '../log/entry.ts';
import { decodeBundle } from '../seal/bundle.ts';
import { decodeKeyMaterial } from '../seal/material.ts';
import { personOf, type TestPerson, testDevice, wasReset, withDevices, withNextUserKey } from './cards.ts';
import { citedAt, foundSealedChat, inviteOf, memberOf, orderByHub, type Person } from './chat.ts';
import { type History, hubHears, hubOrders, learn, type Step, viewOf, write } from './history.ts';
import { finOf } from './log.ts';
import { orgOf, type TestOrg, unwrap } from './orgs.ts';
import { chanceOf } from './seal.ts';
import { acceptOf, invitationOf, keysOf, sealedMessage, signedRequest } from './sealed.ts';
import { epochsOf, type Keys, type Life, sealMaterial } from './sealed-keys.ts';

export interface Holder {
  /** As it is now. */
  person: TestPerson;
  /** Those before a reset first; the last is in force. */
  readonly lives: { first: number; last: number | null }[];
}

export interface SealedHistory extends History {
  readonly holders: readonly Holder[];
  readonly keys: Keys;
  /** `LOG:SEQ` of messages that nobody signed who could. */
  readonly forged: Set<string>;
}

const ORGS = [orgOf(1), orgOf(2), orgOf(3)] as const;
const START: readonly TestPerson[] = [1, 2, 3, 4, 5, 6].map((n) => personOf(ORGS[(n - 1) % 3] as TestOrg, n));
const DAY_MS = 86_400_000;
const NONE = new Uint8Array();

export function lifeOf({ person, lives }: Holder, index = lives.length - 1): Life {
  return { person, ...(lives[index] as Holder['lives'][0]) };
}

export async function playSealed(steps: readonly Step[]): Promise<SealedHistory> {
  const chat = foundSealedChat(START[0] as Person, ORGS, { grantHistory: 1 });
  const views = ORGS.map((org) => ({ org, state: foundChat(chat.genesis) }));
  const keys = { delivered: [], made: new Map(), drawn: new Map(), random: chanceOf(1) };
  const holders = START.map((person) => ({ person, lives: [{ first: 1, last: null }] }));
  const history: SealedHistory = { chat, outcomes: [], views, hubHas: new Map(), holders, keys, forged: new Set() };
  const founder = holders[0] as Holder;
  await ask(history, founder, [keysOf(founder.person), { is: 'rekey' }]);
  settle(history);
  for (const holder of holders.slice(1, 4)) {
    await ask(history, founder, [invitationOf(holder.person)]);
    settle(history);
    await ask(history, holder, [acceptOf(holder.person)]);
    settle(history);
  }
  for (const step of steps) await play(history, step);
  settle(history);
  for (let left = 12; left > 0 && (await doPending(history)); left--) settle(history);
  return history;
}

function settle(history: SealedHistory): void {
  for (let more = true; more; ) {
    hubHears(history);
    more = orders(history);
  }
  for (const view of history.views) learn(history, view, history.chat.acts.length);
}

/** One disposal; what goes out with it is on its way. */
function orders(history: SealedHistory): boolean {
  const { chat, keys } = history;
  const before = chat.acts.length;
  const isOrdered = hubOrders(history, (org, body) => {
    if (body.keyMaterial.length === 0 || !isFreshAt(history, body, before)) return null;
    const named = unwrap(decodeKeyMaterial(body.keyMaterial)).bundles;
    const bundles = named.flatMap(({ hash }) => keys.made.get(toBase32(hash)) ?? []);
    return whyIncomplete(chat.state, org, body, bundles);
  });
  const { request } = chat.acts[before] ?? {};
  if (request && request.keyMaterial.length > 0 && isFreshAt(history, request, before))
    deliver(history, request, before);
  return isOrdered;
}

function isFreshAt({ chat }: SealedHistory, { base }: RequestBody, head: Cpos): boolean {
  return base !== null && base.cpos === head && equalBytes(base.chash, citedAt(chat, head).chash);
}

function deliver({ chat, keys }: SealedHistory, request: RequestBody, head: Cpos): void {
  for (const { hash } of unwrap(decodeKeyMaterial(request.keyMaterial)).bundles) {
    const bundle = unwrap(decodeBundle(keys.made.get(toBase32(hash)) as Uint8Array));
    keys.delivered.push({ at: head + 1, base: citedAt(chat, head), bundle });
  }
}

async function play(history: SealedHistory, { what, who, whom, how }: Step): Promise<void> {
  const { holders, chat } = history;
  const holder = holders[who % holders.length] as Holder;
  const other = holders[whom % holders.length] as Holder;
  const view = viewOf(history, holder.person);
  const member = holders.find((each, i) => i >= who % 3 && isAcceptedIn(history, each)) ?? holder;
  const invited = holders.find((each) => isInvitedIn(history, each)) ?? holder;
  const moves: (() => unknown)[] = [
    () => say(history, holder, how),
    () => say(history, holder, how),
    () => say(history, holder, how, other),
    () => learn(history, view, view.state.head.cpos + 1 + (how % 4)),
    () => learn(history, view, chat.acts.length),
    () => hubHears(history, whom),
    () => hubHears(history),
    () => orders(history),
    () => orders(history),
    () => ask(history, holder, intentsOf(history, holder, other, how)),
    () => ask(history, member, intentsOf(history, member, other, how)),
    () => ask(history, member, intentsOf(history, member, other, how)),
    () => ask(history, invited, [acceptOf(invited.person)]),
    () => how % 3 === 0 && leave(history, holder),
    () => changeKeys(history, holder, how),
    () => reset(history, holder, how),
    () => history.outcomes.push(orderByHub(chat, { is: 'tick' }, { hlc: nextDay(history) })),
    () => doPending(history, who),
  ];
  await moves[what % moves.length]?.();
}

function seatIn(history: SealedHistory, { person }: Holder) {
  const { state } = viewOf(history, person);
  return currentInterval(state.members.get(memberKey(person.org.orgId, person.account)));
}

function isAcceptedIn(history: SealedHistory, holder: Holder): boolean {
  return (seatIn(history, holder)?.accepted ?? null) !== null;
}

function isInvitedIn(history: SealedHistory, holder: Holder): boolean {
  return seatIn(history, holder)?.accepted === null;
}

function leave(history: SealedHistory, { person }: Holder): void {
  const known = viewOf(history, person).state.head.cpos;
  write(history, person, known, () => finOf(person.account, history.chat.state.chatId));
}

function nextDay({ chat }: SealedHistory): number {
  chat.nowMs = (Math.floor(chat.nowMs / DAY_MS) + 1) * DAY_MS;
  return hlcFromMs(chat.nowMs);
}

function intentsOf(history: SealedHistory, { person }: Holder, whomever: Holder, how: number): Intent[] {
  // Mostly somebody of whom it can be asked, so that something happens.
  const suspended = how % 4 > 0 ? firstOf(history, person, whomever, isSeatSuspended) : null;
  if (suspended) return [admissionOf(suspended)];
  const out = how % 4 > 0 ? firstOf(history, person, whomever, (member) => !currentInterval(member)) : null;
  const inside =
    how % 4 > 0 ? firstOf(history, person, whomever, (member) => currentInterval(member) !== undefined) : null;
  const [other, newcomer] = [inside ?? whomever, out ?? whomever];
  const whom = memberOf(other.person);
  const span = historyOf(history, person, how);
  const rekey: Intent = { is: 'rekey' };
  const invite = invitationOf(newcomer.person, how % 2 === 0 ? span : []);
  const choices: Intent[][] = [
    [invite],
    [invite],
    [inviteOf(newcomer.person, 1 + (how % 3))],
    [acceptOf(person)],
    [acceptOf(person)],
    [{ is: 'accept', identity: NONE }],
    [{ is: 'remove', ...whom }, rekey],
    [{ is: 'remove', ...whom }],
    [{ is: 'withdraw', ...whom }, rekey],
    [{ is: 'role', ...whom, role: 1 + (how % 3) }],
    [rekey],
    [{ is: 'grant', ...whom, history: span }],
    [{ is: 'rewrap' }],
    [{ is: 'readmit', ...whom, identity: other.person.chain }],
    [keysOf(person)],
    [keysOf(person), rekey],
    [{ is: 'remove', ...whom }, invitationOf(other.person)],
    [rekey, invite],
  ];
  return choices[Math.floor(how / 5) % choices.length] as Intent[];
}

function isSeatSuspended(member: Member): boolean {
  return currentInterval(member) !== undefined && member.suspensions.at(-1)?.to === null;
}

function admissionOf({ person }: Holder): Intent {
  return { is: 'readmit', ...memberOf(person), identity: person.chain };
}

/** The first after `from` of whom it holds, as the person's node knows it. */
function firstOf(
  history: SealedHistory,
  person: TestPerson,
  from: Holder,
  holds: (member: Member) => boolean,
): Holder | null {
  const { holders } = history;
  const { state } = viewOf(history, person);
  const start = holders.indexOf(from);
  const inOrder = [...holders.slice(start), ...holders.slice(0, start)].filter((each) => each.person !== person);
  const stateOf = ({ org, account }: TestPerson) =>
    state.members.get(memberKey(org.orgId, account)) ?? newMember(org.orgId, account);
  return inOrder.find((each) => holds(stateOf(each.person))) ?? null;
}

/** A window of some kind, or any span. */
function historyOf(history: SealedHistory, person: TestPerson, how: number): readonly HistorySpan[] {
  const { state } = viewOf(history, person);
  const member = state.members.get(memberKey(person.org.orgId, person.account));
  const first = state.segments[how % (state.segments.length || 1)]?.at ?? 0;
  if (!member || how % 3 === 0) return [{ from: first, to: how % 2 === 0 ? null : first + (how % 7) }];
  const window = how % 3 === 1 ? ({ is: 'all' } as const) : ({ is: 'last', entries: how % 5 } as const);
  return openWindow(state, member, window, () => 1).history;
}

/** `by`: somebody else, who says that it was this one. */
function say(history: SealedHistory, { person }: Holder, how: number, by?: Holder): void {
  const known = viewOf(history, person).state.head.cpos;
  const cpos = how % 3 === 0 ? how % (known + 1) : known;
  const device = person.devices[how % person.devices.length] ?? testDevice(person.number);
  const forger = by && by.person !== person ? { device: device.device, dk: testDevice(by.person.number).dk } : null;
  write(history, person, cpos, (log, at) => {
    if (forger) history.forged.add(`${log.logId}:${log.head.seq + 1}`);
    return sealedMessage(person, log.logId, citedAt(history.chat, at), how, forger ?? device);
  });
}

async function ask(history: SealedHistory, holder: Holder, intents: readonly Intent[]): Promise<void> {
  const { state } = viewOf(history, holder.person);
  const keyMaterial = await sealMaterial(history.keys, lifeOf(holder), state, intents);
  const base = { cpos: state.head.cpos, chash: state.head.hash };
  const draft = signedRequest(history.chat, holder.person, intents, { keys: 'none', change: { base, keyMaterial } });
  write(history, holder.person, state.head.cpos, () => draft);
}

/** Those that the person may have in this life. */
function deviceNumbers({ person, lives }: Holder): number[] {
  return [0, 50, 100].map((more) => person.number + more + 1_000 * (lives.length - 1));
}

/** Another device, another user key, or one device less; said in the chat at once. */
async function changeKeys(history: SealedHistory, holder: Holder, how: number): Promise<void> {
  const { person } = holder;
  const own = deviceNumbers(holder).filter((n) => person.devices.some(({ device }) => device === testDevice(n).device));
  const [spare] = deviceNumbers(holder).filter((n) => !own.includes(n));
  if (how % 3 === 0) holder.person = withNextUserKey(person);
  else if (how % 3 === 1 && spare !== undefined) holder.person = withDevices(person, [...own, spare]);
  else if (own.length > 1) holder.person = withNextUserKey(withDevices(person, own.slice(1)));
  else return;
  await ask(history, holder, [keysOf(holder.person)]);
}

function reset(history: SealedHistory, holder: Holder, how: number): void {
  const { person, lives } = holder;
  if (how % 3 > 0 || person.identity.changes.length > 5) return;
  const life = lives.at(-1);
  if (life) life.last = person.uks.length;
  holder.person = wasReset(person, person.number + 1_000 * lives.length);
  lives.push({ first: holder.person.uks.length, last: null });
  const change = { device: NO_DEVICE, base: null, keyMaterial: NONE, devSig: NONE };
  const draft = signedRequest(history.chat, holder.person, [keysOf(holder.person)], { keys: 'none', change });
  write(history, holder.person, viewOf(history, holder.person).state.head.cpos, () => draft);
}

/** Whoever knows of something pending, and can, does it. False: nobody does anything. */
async function doPending(history: SealedHistory, who?: number): Promise<boolean> {
  const able = who === undefined ? history.holders : [history.holders[who % history.holders.length] as Holder];
  for (const holder of able) {
    const { state } = viewOf(history, holder.person);
    const { orgId: org } = holder.person.org;
    const member = state.members.get(memberKey(org, holder.person.account));
    const isIn = membersNow(state).some(
      (each) => each.accepted && each.org === org && each.account === member?.account,
    );
    const isCurrent = member?.pins.at(-1)?.identity.ukGen === holder.person.identity.ukGen;
    if (!isIn || !isCurrent || member?.suspensions.at(-1)?.to === null) continue;
    if (state.rekeyPending) {
      await ask(history, holder, [{ is: 'rekey' }]);
      return true;
    }
    const suspended = firstOf(history, holder.person, holder, isSeatSuspended);
    if (suspended) {
      await ask(history, holder, [admissionOf(suspended)]);
      return true;
    }
    const epochs = await epochsOf(history.keys, lifeOf(holder), state);
    for (const key of state.owed.keys()) {
      const owed = state.members.get(key);
      if (!owed || !secretsDue(state, owed).every((at) => epochs.secretAt(at))) continue;
      await ask(history, holder, [{ is: 'supply', org: owed.org, account: owed.account }]);
      return true;
    }
  }
  return false;
}
