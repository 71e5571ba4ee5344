/** PROTOCOL 4.4, 4.5, 6 over random histories: what holds in every one, and that each rule is needed for it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cpos, LogId } from '../ids.ts';
import { memberOf, type Person } from '../testing/chat.ts';
import { entriesOf, type TestEntry } from '../testing/entries.ts';
import { type History, PEOPLE, playHistory, type Step } from '../testing/history.ts';
import { compareShown } from './order.ts';
import { applyAct, reduce } from './reduce.ts';
import { foundChat, memberKey } from './state.ts';
import { ALL_RULES, isForMember, type Rules, whyVoid } from './validity.ts';

const RUNS = process.env.CONCLAVE_LONG === '1' ? 2_000 : 40;
const timeout = 600_000;
const step: fc.Arbitrary<Step> = fc.record({ what: fc.nat(11), who: fc.nat(5), whom: fc.nat(5), how: fc.nat(89) });
const steps = fc.array(step, { minLength: 20, maxLength: 90, size: 'max' });

interface Span {
  readonly from: Cpos;
  accepted: Cpos | null;
  to: Cpos | null;
  /** Of the act that ended it. */
  cuts: ReadonlyMap<LogId, number>;
  frontier: ReadonlyMap<LogId, number>;
}

/** Memberships told anew, from what the acts did. */
function spansOf(history: History, person: Person): Span[] {
  const { org, account } = memberOf(person);
  const none = new Map<LogId, number>();
  const founder = person === PEOPLE[0];
  const spans: Span[] = founder ? [{ from: 0, accepted: 0, to: null, cuts: none, frontier: none }] : [];
  for (const [i, outcome] of history.outcomes.entries()) {
    const at = i + 1;
    const act = history.chat.acts[i]?.act;
    if (!outcome.ok || !act || !('account' in outcome.change)) continue;
    const { change } = outcome;
    if (change.org !== org || change.account !== account) continue;
    const last = spans.at(-1);
    const begins = change.is === 'invited' || (change.is === 'joined' && last?.to !== null);
    if (begins) spans.push({ from: at, accepted: null, to: null, cuts: none, frontier: none });
    const current = spans.at(-1);
    if (!current) continue;
    if (change.is === 'joined') current.accepted = at;
    else if (!begins && change.is !== 'role') endSpan(current, at, act);
  }
  if (history.chat.state.closed) for (const span of spans) span.to ??= history.outcomes.length;
  return spans;
}

function endSpan(span: Span, at: Cpos, act: History['chat']['acts'][0]['act']): void {
  const { cause } = act;
  const cuts = cause.is === 'fin' ? [{ logId: cause.logId, seq: cause.seq }] : act.cuts;
  span.to = at;
  span.cuts = new Map(cuts.map(({ logId, seq }) => [logId, seq]));
  span.frontier = new Map(act.frontier.map(({ logId, seq }) => [logId, seq]));
}

function allEntries({ chat }: History): TestEntry[] {
  return [...chat.logs.values()].flatMap(entriesOf);
}

const nameOf = (entry: TestEntry) => `${entry.logId}:${entry.seq}`;

/** A node to which acts and blocks come in some order: judges once, and again at each act what counted so far. */
function deliver(history: History, turns: readonly number[], rules: Rules): string[] {
  const { chat } = history;
  const state = foundChat(chat.genesis);
  const queues = [...chat.logs.values()].map(entriesOf);
  let counting: TestEntry[] = [];
  for (let turn = 0; state.head.cpos < chat.acts.length || queues.some((queue) => queue.length > 0); turn++) {
    const ready = queues.filter(([entry]) => entry && entry.cpos <= state.head.cpos);
    const canAct = state.head.cpos < chat.acts.length ? 1 : 0;
    const queue = ready[(turns[turn % turns.length] as number) % (ready.length + canAct)];
    const entry = queue?.shift();
    if (!entry) {
      applyAct(state, chat.acts[state.head.cpos] as never);
      counting = counting.filter((each) => whyVoid(state, each, rules) === null);
    } else if (whyVoid(state, entry, rules) === null) counting.push(entry);
  }
  return counting.sort(compareShown).map(nameOf);
}

/** What breaks in the history under these rules, or nothing. */
function brokenIn(history: History, rules: Rules): string[] {
  const { state } = history.chat;
  const broken: string[] = [];
  const counting = allEntries(history).filter((entry) => whyVoid(state, entry, rules) === null);
  for (const person of PEOPLE) {
    const spans = spansOf(history, person);
    for (const entry of counting) {
      const own = entry.org === person.org.orgId && entry.account === person.account;
      if (own && entry.kind === 'message') broken.push(...wrongToCount(entry, spans));
      if (isForMember(state, person.org.orgId, person.account, entry, rules))
        broken.push(...wrongToSee(history, entry, spans));
    }
  }
  return broken;
}

function wrongToCount(entry: TestEntry, spans: readonly Span[]): string[] {
  const span = spans.find(({ from, to }) => from <= entry.cpos && (to === null || entry.cpos < to));
  if (!span || span.accepted === null || span.accepted > entry.cpos) return ['without the right'];
  const cut = span.to === null ? undefined : span.cuts.get(entry.logId);
  if (cut !== undefined && entry.seq > cut) return ['past the cut'];
  return entry.fins.some((fin) => fin.cpos >= span.from) ? ['after a fin'] : [];
}

function wrongToSee({ chat }: History, entry: TestEntry, spans: readonly Span[]): string[] {
  const span = spans.find(({ from, to }) => from <= entry.cpos && (to === null || entry.cpos < to));
  if (!span) return ['outside the interval'];
  if (span.to === null) return [];
  if (span.accepted === null) return ['never accepted'];
  const sealed = chat.state.logs.get(entry.logId)?.sealed;
  const upTo = span.frontier.get(entry.logId) ?? (sealed && sealed.at <= span.to ? sealed.seq : 0);
  return entry.seq > upTo ? ['past the frontier'] : [];
}

describe('PROTOCOL 8: in every history', { timeout }, () => {
  test('acts and entries in any order end in the same valid set and display order', () => {
    const turns = fc.array(fc.nat(50), { minLength: 5, maxLength: 20 });
    fc.assert(
      fc.property(steps, turns, turns, (played, one, other) => {
        const history = playHistory(played);
        const { state } = history.chat;
        const all = allEntries(history).filter((entry) => whyVoid(state, entry) === null);
        const expected = all.sort(compareShown).map(nameOf);
        expect(deliver(history, one, ALL_RULES)).toEqual(expected);
        expect(deliver(history, other, ALL_RULES)).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });

  test('nothing counts past a cut, after a fin or without the right, and nobody sees beyond the own intervals', () => {
    fc.assert(
      fc.property(steps, (played) => {
        expect(brokenIn(playHistory(played), ALL_RULES)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('every node that has the same acts has the same state', () => {
    fc.assert(
      fc.property(steps, (played) => {
        const { chat, views } = playHistory(played);
        expect(reduce(chat.genesis, chat.acts)).toEqual(chat.state);
        for (const { state } of views) expect(reduce(chat.genesis, chat.acts.slice(0, state.head.cpos))).toEqual(state);
      }),
      { numRuns: RUNS },
    );
  });

  test('every request and fin that the hub holds has one disposal, and an honest hub orders nothing in vain', () => {
    fc.assert(
      fc.property(steps, (played) => {
        const { chat, outcomes, hubHas } = playHistory(played);
        expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
        for (const entry of [...chat.logs.values()].flatMap(entriesOf)) {
          const held = entry.seq <= (hubHas.get(entry.logId) ?? 0);
          const asks = entry.kind === 'request' || entry.kind === 'fin';
          expect(chat.state.disposed.has(nameOf(entry))).toBe(held && asks);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('PROTOCOL 8: each rule is needed', () => {
  const histories = fc.sample(steps, { numRuns: 150, seed: 7 }).map(playHistory);
  test.each(['right', 'cut', 'fin', 'audience', 'frontier'] as const)('without %s an invariant breaks', (rule) => {
    const rules = { ...ALL_RULES, [rule]: false };
    expect(histories.some((history) => brokenIn(history, rules).length > 0)).toBe(true);
  });

  test('the histories have what they are about', () => {
    const kinds = new Set(
      histories.flatMap(({ outcomes }) => outcomes.map((each) => (each.ok ? each.change.is : each.code))),
    );
    for (const is of [
      'invited',
      'joined',
      'left',
      'declined',
      'removed',
      'withdrawn',
      'role',
      'policy',
      'refused',
      'hub',
    ])
      expect(kinds).toContain(is);
    const again = histories.some(({ chat }) =>
      PEOPLE.some(
        ({ org, account }) => (chat.state.members.get(memberKey(org.orgId, account))?.intervals.length ?? 0) > 1,
      ),
    );
    expect(again).toBe(true);
  });
});
