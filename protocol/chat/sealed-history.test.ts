/** SEAL 7, over random histories with real keys: who can derive what, who can write and see, and that each rule is needed for it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyIdentity } from '../identity/identity-chain.ts';
import type { Cpos, DeviceId } from '../ids.ts';
import { decodeBody } from '../log/entry.ts';
import { isSignedBySync } from '../seal/body.ts';
import { entriesOf, type TestEntry } from '../testing/entries.ts';
import type { Step } from '../testing/history.ts';
import { type Holder, lifeOf, playSealed, type SealedHistory } from '../testing/sealed-history.ts';
import { epochsOf, truthOf } from '../testing/sealed-keys.ts';
import type { Intent } from './intent.ts';
import { compareShown } from './order.ts';
import { deviceKeyFor, isRecipient, pinNow } from './pins.ts';
import { applyAct, type Change, reduce } from './reduce.ts';
import { type ChatState, foundChat, memberKey } from './state.ts';
import { ALL_RULES, type Candidate, isForMember, isForOrganisation, type Rules, whyVoid } from './validity.ts';

const RUNS = process.env.CONCLAVE_LONG === '1' ? 400 : 25;
const timeout = 900_000;
const step: fc.Arbitrary<Step> = fc.record({ what: fc.nat(17), who: fc.nat(5), whom: fc.nat(5), how: fc.nat(269) });
const steps = fc.array(step, { minLength: 60, maxLength: 180, size: 'max' });

/** What is told of one account, from what the acts did and what they brought. */
interface Told {
  readonly holder: Holder;
  isIn: boolean;
  isAccepted: boolean;
  isSuspended: boolean;
  /** Index of the life whose keys count; null: none has come yet. */
  life: number | null;
  devices: readonly DeviceId[];
  /** Positions in a membership without keys. */
  waiting: Cpos[];
  /** By life: positions whose secrets may have been brought to it. */
  readonly mayDerive: Set<Cpos>[];
  /** By life: positions that it may open, since no invitation that opened them ended unaccepted. */
  mayOpen: Set<Cpos>[];
  /** As it was before the membership that lasts. */
  before: Set<Cpos>[];
  /** By position: the devices that may write. */
  readonly mayWrite: Map<Cpos, readonly DeviceId[]>;
}

function toldBy(history: SealedHistory): Told[] {
  const { chat, outcomes, holders } = history;
  const told = holders.map((holder, i) => newlyTold(holder, i === 0));
  for (const each of told) note(each, 0);
  let intents: readonly Intent[] = [];
  for (const [i, read] of chat.acts.entries()) {
    if (read.request) intents = read.request.intents;
    const { cause } = read.act;
    const outcome = outcomes[i];
    if (outcome?.ok) tell(told, i + 1, outcome.change, cause.is === 'request' ? intents[cause.index] : undefined);
    const isOver = chat.state.closed && i === chat.acts.length - 1;
    if (!isOver) for (const each of told) note(each, i + 1);
  }
  return told;
}

function newlyTold(holder: Holder, isIn: boolean): Told {
  const none = { isSuspended: false, life: null, devices: [], waiting: [] };
  const sets = () => holder.lives.map(() => new Set<Cpos>());
  const opened = { mayDerive: sets(), mayOpen: sets(), before: sets(), mayWrite: new Map() };
  return { holder, isIn, isAccepted: isIn, ...none, ...opened };
}

function note(each: Told, p: Cpos): void {
  if (!each.isIn || each.isSuspended) return;
  opens(each, p);
  if (each.isAccepted && each.life !== null) each.mayWrite.set(p, each.devices);
}

function opens(each: Told, p: Cpos): void {
  if (each.life === null) each.waiting.push(p);
  else {
    each.mayDerive[each.life]?.add(p);
    each.mayOpen[each.life]?.add(p);
  }
}

function tell(told: readonly Told[], p: Cpos, change: Change, intent: Intent | undefined): void {
  if (!('account' in change)) return;
  const { is, org, account } = change;
  const each = told.find(({ holder }) => holder.person.org.orgId === org && holder.person.account === account);
  if (!each) return;
  if (is === 'left' || is === 'declined' || is === 'removed' || is === 'withdrawn' || is === 'expired') end(each);
  if (is === 'suspended') each.isSuspended = true;
  if (is === 'readmitted') each.isSuspended = false;
  if (is === 'invited' || is === 'joined') {
    if (!each.isIn) each.before = each.mayOpen.map((positions) => new Set(positions));
    each.isIn = true;
    each.isAccepted = is === 'joined';
    if (intent?.is === 'invite' && intent.identity.length > 0) each.isSuspended = false;
  }
  if (is === 'invited' || is === 'joined' || is === 'readmitted' || is === 'keys') takeKeys(each, intent);
  if (intent?.is === 'invite' || intent?.is === 'grant') open(told, p, each, change, intent.history);
}

function end(each: Told): void {
  each.isIn = false;
  each.waiting = [];
  if (!each.isAccepted) each.mayOpen = each.before;
}

function takeKeys(each: Told, intent: Intent | undefined): void {
  if (!intent || !('identity' in intent) || intent.identity.length === 0) return;
  const { org, account } = each.holder.person;
  const read = verifyIdentity(intent.identity, org.op.key);
  if (!read.ok || read.value.account !== account) return;
  const { ukGen, devices } = read.value;
  each.life = each.holder.lives.findIndex(({ first, last }) => first <= ukGen && ukGen <= (last ?? ukGen));
  each.devices = devices.map(({ device }) => device);
  for (const p of each.waiting.splice(0)) opens(each, p);
}

function open(
  told: readonly Told[],
  p: Cpos,
  each: Told,
  { by }: Extract<Change, { account: unknown }>,
  history: readonly { from: Cpos; to: Cpos | null }[],
): void {
  const granter = told.find(
    ({ holder }) => by && holder.person.org.orgId === by.org && holder.person.account === by.account,
  );
  for (const { from, to } of history) {
    for (let q = from; q <= (to ?? p - 1); q++) {
      if (granter?.life != null && granter.mayOpen[granter.life]?.has(q)) opens(each, q);
    }
  }
}

/** Indexes of the segments with a position among these. */
function segmentsOf({ segments, head }: ChatState, positions: ReadonlySet<Cpos>): Set<number> {
  const found = new Set<number>();
  for (const [i, { at }] of segments.entries()) {
    for (let p = at; p < (segments[i + 1]?.at ?? head.cpos + 1); p++) if (positions.has(p)) found.add(i);
  }
  return found;
}

/** Who has a secret has those that follow, up to the next rekey: nobody can take that back. */
function withWhatFollows({ segments }: ChatState, some: ReadonlySet<number>): Set<number> {
  const all = new Set(some);
  for (const [i, { kind }] of segments.entries()) if (kind !== 'rekey' && all.has(i - 1)) all.add(i);
  return all;
}

/** What an account can derive against what it may. */
async function brokenKeys(history: SealedHistory): Promise<string[]> {
  const { state } = history.chat;
  const truth = truthOf(history.keys, state);
  const broken: string[] = [];
  for (const { holder, mayOpen, mayDerive } of toldBy(history)) {
    for (const life of holder.lives.keys()) {
      const epochs = await epochsOf(history.keys, lifeOf(holder, life), state);
      const mine = segmentsOf(state, mayOpen[life] as Set<Cpos>);
      const derivable = withWhatFollows(state, segmentsOf(state, mayDerive[life] as Set<Cpos>));
      for (const [i, { at }] of state.segments.entries()) {
        const secret = epochs.secretAt(at);
        if (secret && !derivable.has(i)) broken.push(`${holder.person.number}.${life} derives ${at}`);
        if (secret && Buffer.compare(secret, truth.get(at) as Uint8Array) !== 0) broken.push(`another secret at ${at}`);
        if (!secret && mine.has(i) && shouldHave(state, holder, life))
          broken.push(`${holder.person.number}.${life} lacks ${at}`);
      }
    }
  }
  return broken;
}

/** Whoever is in with these keys, and is not owed any. */
function shouldHave(state: ChatState, holder: Holder, life: number): boolean {
  const { org, account } = holder.person;
  const member = state.members.get(memberKey(org.orgId, account));
  const isPinned = (pinNow(member)?.identity.ukGen ?? 0) >= (holder.lives[life]?.first ?? 0);
  const isLast = life === holder.lives.length - 1;
  return (
    isLast && isPinned && member !== undefined && isRecipient(member) && !state.owed.has(memberKey(org.orgId, account))
  );
}

/** The entry with what its own body says, judged where it comes. */
function judged(history: SealedHistory, state: ChatState, entry: TestEntry): TestEntry & Candidate {
  if (entry.kind !== 'message' || !entry.signed) return entry;
  const read = decodeBody('message', bodyOf(history, entry));
  const key = deviceKeyFor(state, entry, entry.signed.device, entry.cpos, []);
  const isGood = read.ok && key !== null && isSignedBySync(read.value, key);
  return { ...entry, signed: { ...entry.signed, devSig: isGood ? 'good' : 'bad' } };
}

function bodyOf({ chat }: SealedHistory, { logId, seq }: TestEntry): Uint8Array {
  return chat.logs.get(logId)?.blocks[seq - 1]?.bodies[0] ?? new Uint8Array();
}

const allEntries = ({ chat }: SealedHistory) => [...chat.logs.values()].flatMap(entriesOf);
const nameOf = (entry: TestEntry) => `${entry.logId}:${entry.seq}`;

function counting(history: SealedHistory, rules: Rules): (TestEntry & Candidate)[] {
  const { state } = history.chat;
  return allEntries(history)
    .map((entry) => judged(history, state, entry))
    .filter((entry) => whyVoid(state, entry, rules) === null);
}

/** What counts that should not, and who sees what they may not open. */
function brokenEntries(history: SealedHistory, rules: Rules): string[] {
  const { state } = history.chat;
  const told = toldBy(history);
  const broken: string[] = [];
  for (const entry of counting(history, rules)) {
    const author = told.find(
      ({ holder: { person } }) => person.org.orgId === entry.org && person.account === entry.account,
    );
    if (entry.kind === 'message') {
      if (history.forged.has(nameOf(entry))) broken.push('a forgery counts');
      if (!author?.mayWrite.get(entry.cpos)?.includes(entry.signed?.device as DeviceId)) broken.push('not by a device');
      if (!state.segments.some(({ at }) => at <= entry.cpos)) broken.push('without a key');
    }
    for (const { holder, mayOpen, waiting } of told) {
      const { org, account } = holder.person;
      const may = waiting.includes(entry.cpos) || mayOpen.some((positions) => positions.has(entry.cpos));
      if (!may && isForMember(state, org.orgId, account, entry, rules)) broken.push('sees what it may not open');
    }
    for (const { orgId } of history.chat.orgs) {
      const colleagues = told.filter(({ holder }) => holder.person.org.orgId === orgId);
      const may = colleagues.some(({ mayOpen }) => mayOpen.some((positions) => positions.has(entry.cpos)));
      const keyless = colleagues.some(({ waiting }) => waiting.includes(entry.cpos));
      if (!may && !keyless && isForOrganisation(state, orgId, entry, rules)) broken.push('an organisation gets it');
    }
  }
  return broken;
}

/** A node to which acts and blocks come in some order: judges once, and again at each act what counted so far. */
function deliver(history: SealedHistory, turns: readonly number[]): string[] {
  const { chat } = history;
  const state = foundChat(chat.genesis);
  const queues = [...chat.logs.values()].map(entriesOf);
  let taken: (TestEntry & Candidate)[] = [];
  for (let turn = 0; state.head.cpos < chat.acts.length || queues.some((queue) => queue.length > 0); turn++) {
    const ready = queues.filter(([entry]) => entry && entry.cpos <= state.head.cpos);
    const canAct = state.head.cpos < chat.acts.length ? 1 : 0;
    const entry = ready[(turns[turn % turns.length] as number) % (ready.length + canAct)]?.shift();
    if (!entry) {
      applyAct(state, chat.acts[state.head.cpos] as never);
      taken = taken.filter((each) => whyVoid(state, each) === null);
      continue;
    }
    const candidate = judged(history, state, entry);
    if (whyVoid(state, candidate) === null) taken.push(candidate);
  }
  return taken.sort(compareShown).map(nameOf);
}

const histories = (await Promise.all(fc.sample(steps, { numRuns: RUNS, seed: 11 }).map(playSealed))) as SealedHistory[];

describe('SEAL 7: in every history', { timeout }, () => {
  test('nobody derives more than was opened to them, and everybody who is owed nothing derives the same', async () => {
    for (const [i, history] of histories.entries()) expect([i, ...(await brokenKeys(history))]).toEqual([i]);
  });

  test('nothing counts that no device of its author signed, and nobody sees what they may not open', () => {
    for (const history of histories) expect(brokenEntries(history, ALL_RULES)).toEqual([]);
  });

  test('acts and entries in any order end in the same valid set', () => {
    const turns = fc.sample(fc.array(fc.nat(50), { minLength: 5, maxLength: 20 }), { numRuns: RUNS, seed: 3 });
    for (const [i, history] of histories.entries()) {
      const expected = counting(history, ALL_RULES).sort(compareShown).map(nameOf);
      expect(deliver(history, turns[i] ?? [0])).toEqual(expected);
    }
  });

  test('every node that has the same acts has the same state, and every request one disposal', () => {
    for (const { chat, views, hubHas } of histories) {
      expect(reduce(chat.genesis, chat.acts)).toEqual(chat.state);
      for (const { state } of views) expect(reduce(chat.genesis, chat.acts.slice(0, state.head.cpos))).toEqual(state);
      for (const entry of [...chat.logs.values()].flatMap(entriesOf)) {
        const held = entry.seq <= (hubHas.get(entry.logId) ?? 0);
        const asks = entry.kind === 'request' || entry.kind === 'fin';
        expect(chat.state.disposed.has(nameOf(entry))).toBe(held && asks);
      }
    }
  });
});

describe('SEAL 7: each rule is needed', () => {
  test.each(['device', 'grants', 'audience'] as const)('without %s an invariant breaks', (rule) => {
    const rules = { ...ALL_RULES, [rule]: false };
    expect(histories.some((history) => brokenEntries(history, rules).length > 0)).toBe(true);
  });

  test('the histories have what they are about', () => {
    const kinds = new Set(
      histories.flatMap(({ outcomes }) => outcomes.map((each) => (each.ok ? each.change.is : each.code))),
    );
    const due = ['keys', 'suspended', 'readmitted', 'rekeyed', 'granted', 'supplied', 'rewrap', 'tick', 'invited'];
    for (const is of due) expect(kinds).toContain(is);
    expect(histories.some(({ forged }) => forged.size > 0)).toBe(true);
  });
});
