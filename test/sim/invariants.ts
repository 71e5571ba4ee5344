/** What must hold after every run (PROTOCOL 8), asked of the databases and not of the code that filled them. Each gives what is wrong. */
import { equalBytes } from '../../protocol/bytes.ts';
import { readAct } from '../../protocol/chat/act.ts';
import { currentInterval, type Interval, memberKey } from '../../protocol/chat/state.ts';
import { isForMember, isForOrganisation } from '../../protocol/chat/validity.ts';
import type { LogId, OrgId } from '../../protocol/ids.ts';
import type { LogHead } from '../../protocol/log/chain.ts';
import { decodeBody, entryKind } from '../../protocol/log/entry.ts';
import { seenBy } from '../world/talk.ts';
import type { Copy, Judged, Truth } from './snapshot.ts';
import type { Actor, Stage } from './stage.ts';

const VOID = 10;
const ERASED = 1;

export function brokenIn(stage: Stage, truth: Truth): string[] {
  const name = truth.chat.slice(-6);
  const all = [
    ...truth.copies.flatMap((copy) => prefixBroken(truth, copy)),
    ...truth.copies.flatMap((copy) => validityBroken(truth, copy)),
    ...truth.copies.flatMap((copy) => audienceBroken(truth, copy)),
    ...truth.copies.flatMap((copy) => receiptsBroken(stage, truth, copy)),
    // Where the only other one went back, or never took the chat up, nobody can confirm.
    ...(stage.tainted.size > 0 || truth.copies.length === 1 ? [] : truth.copies.flatMap((copy) => memoryBroken(copy))),
    ...requestsBroken(stage, truth),
    ...goneBackBroken(stage, truth),
    ...disabledBroken(stage, truth),
    ...acknowledgedBroken(stage, truth),
    ...erasedBroken(stage, truth),
    ...stage.actors
      .filter((actor) => !stage.tainted.has(actor.node) && !stage.disabled.has(actor) && !truth.apart.has(actor.node))
      .flatMap((actor) => [...shownBroken(truth, actor), ...cursorBroken(truth, actor)]),
  ];
  return all.map((what) => `${name}: ${what}`);
}

/** Of those who are in and mean to stay: whoever has said that it leaves gets nothing new, also while no hub orders it (PROTOCOL 4.5). */
function intervalsNow({ state, entries }: Truth, org: OrgId): Interval[] {
  return [...state.members.values()].flatMap((member) => {
    const current = member.org === org ? currentInterval(member) : undefined;
    const isLeaving = entries.some(
      ({ kind, code, account, cpos, ...entry }) =>
        kind === 2 && code === null && entry.org === org && account === member.account && cpos >= (current?.from ?? 0),
    );
    return current && !isLeaving ? [current] : [];
  });
}

/** Its organisation was out before the other one accepted, and has not come back: it could not know whom it is for. */
function neverTold(truth: Truth, { org, cpos }: Judged, reader: OrgId): boolean {
  const accepted = intervalsNow(truth, reader)
    .filter(({ from }) => from <= cpos)
    .map((interval) => interval.accepted);
  const first = Math.min(...accepted.map((at) => at ?? Number.MAX_SAFE_INTEGER));
  const intervals = [...truth.state.members.values()]
    .filter((member) => member.org === org)
    .flatMap((each) => each.intervals);
  return intervals.every(({ to }) => to !== null && to <= first);
}

/** Nobody who could know, besides the reader, has it (PROTOCOL 3.2a). */
function isOutOfReach(truth: Truth, entry: Judged, reader: OrgId): boolean {
  if (!neverTold(truth, entry, reader)) return false;
  return !truth.copies.some(
    ({ org }) =>
      org !== reader &&
      org !== entry.org &&
      intervalsNow(truth, org).some(({ from, accepted }) => accepted !== null && from <= entry.cpos),
  );
}

/** Everybody has the same control log, and whoever is in has all of it. */
function prefixBroken(truth: Truth, copy: Copy): string[] {
  const wrong = copy.acts.findIndex((act, i) => !equalBytes(act.bytes, truth.acts[i]?.bytes ?? new Uint8Array()));
  if (wrong >= 0) return [`${copy.node.name} has another act at ${wrong + 1}`];
  if (copy.held.state.head.cpos !== copy.acts.length) return [`${copy.node.name}: memory is not what the disk is`];
  if (copy.held.stopped) return [`${copy.node.name} stopped the chat: ${copy.held.stopped}`];
  const due = lastDue(truth, copy.org);
  return copy.acts.length >= due ? [] : [`${copy.node.name} has ${copy.acts.length} of ${due} acts`];
}

/** Whoever is out has everything up to the act that put it out. */
function lastDue({ state, acts }: Truth, org: OrgId): number {
  const ends = [...state.members.values()].flatMap((member) =>
    member.org === org ? [member.intervals.at(-1)?.to ?? acts.length] : [],
  );
  return state.hub === org ? acts.length : Math.max(0, ...ends);
}

/** The same entries, and the same of them count. */
function validityBroken(truth: Truth, copy: Copy): string[] {
  // Of requests and fins only the hub has to know: others may lack what lies before their time.
  const isCurrent = copy.acts.length === truth.acts.length;
  return truth.entries.flatMap((entry) => {
    const here = copy.entries.get(entry.key);
    if (!here) return [];
    // Of a log that is known to fork nodes hold what they saw of it.
    if (copy.held.logs.get(entry.logId)?.stopped === 'forked') return [];
    const where = `${copy.node.name} has ${nameOf(entry)}`;
    const isSame = here.account === entry.account && here.cpos === entry.cpos && here.hlc === entry.hlc;
    if (!isSame) return [`${where} otherwise`];
    if (here.body && entry.body && !equalBytes(here.body, entry.body)) return [`${where} with another body`];
    const isSure = isCurrent && (entry.kind === 0 || entry.kind === 3 || truth.state.hub === copy.org);
    if (isSure && here.state >= VOID !== (entry.code !== null))
      return [`${where} as ${here.state >= VOID ? 'void' : 'counting'}, but it is ${entry.code ?? 'counting'}`];
    return [];
  });
}

function nameOf(entry: Judged): string {
  return `${entryKind(entry.kind)} ${entry.logId.slice(-4)}:${entry.seq} at ${entry.cpos}`;
}

/** No entry of others at a node outside its audience, once it knew (PROTOCOL 4.5). */
function audienceBroken({ state, entries }: Truth, copy: Copy): string[] {
  return entries.flatMap((entry) => {
    const here = copy.entries.get(entry.key);
    if (!here || entry.org === copy.org) return [];
    const isControl = entry.kind === 1 || entry.kind === 2;
    if (isControl && copy.held.hubs.includes(copy.org)) return [];
    const isFor = isForOrganisation(state, copy.org, entry) || cameInTime(state, copy, entry.cpos, here.arrival);
    return isFor ? [] : [`${copy.node.name} holds ${nameOf(entry)}, which is not for it`];
  });
}

/** Cites a position in an accepted interval, and came before its end was known here: then it was rightly taken. */
function cameInTime(state: Truth['state'], copy: Copy, cpos: number, arrival: number): boolean {
  return [...state.members.values()].some(
    (member) =>
      member.org === copy.org &&
      member.intervals.some(({ from, accepted, to }) => {
        if (accepted === null || from > cpos || to === null || cpos >= to) return false;
        return arrival < (copy.actArrivals.get(to) ?? Number.MAX_SAFE_INTEGER);
      }),
  );
}

/** A receipt is kept, and in the end there is one for everything. */
function receiptsBroken(stage: Stage, truth: Truth, copy: Copy): string[] {
  return truth.copies.flatMap((other) => {
    if (other === copy || stage.tainted.has(other.node)) return [];
    const since = intervalsNow(truth, other.org).filter(({ accepted }) => accepted !== null);
    const from = Math.min(...since.map((interval) => interval.from));
    const due = truth.entries.filter(
      (entry) =>
        entry.org === copy.org &&
        entry.code === null &&
        entry.cpos >= from &&
        isForOrganisation(truth.state, other.org, entry) &&
        !neverTold(truth, entry, other.org),
    );
    return due.flatMap((entry) => {
      const receipted = copy.receipts.find(({ logId, org }) => logId === entry.logId && org === other.org)?.seq ?? 0;
      const there = other.entries.get(entry.key);
      const isThere = there !== undefined && (there.body !== null || there.state === ERASED || there.state >= VOID);
      if (receipted >= entry.seq)
        return isThere ? [] : [`${other.node.name} gave a receipt for ${nameOf(entry)}, and has it not`];
      // State, said once a session.
      if (stage.losesFrames && isThere) return [];
      const has = isThere ? 'has it' : there ? `has it in state ${there.state} without a body` : 'has it not';
      return [`${other.node.name}'s receipt for ${nameOf(entry)} is ${receipted}, and it ${has}`];
    });
  });
}

/** Nothing waits for a block. */
function memoryBroken({ node, held }: Copy): string[] {
  const live = [...held.logs.values()].filter(({ logId }) => held.state.logs.get(logId)?.sealed === null);
  const open = live.reduce((sum, log) => sum + log.open.length, 0);
  return open > 0 && !held.stopped ? [`${node.name}: ${open} entries wait for a block`] : [];
}

/** Every request and fin has one disposal, and every act that names one has one behind it. */
function requestsBroken(stage: Stage, { state, entries, acts, copies }: Truth): string[] {
  // Whose account was switched off before anything came takes up no direct chat: the other side may have nobody to confirm it.
  const isHubThere = copies.some(({ org, held }) => org === state.hub && (held.confirmed || copies.length > 1));
  const unsure = orgsOf(stage);
  const asked = entries.filter(({ kind }) => kind === 1 || kind === 2);
  const open = asked
    // What a sealed log says after its seal is nobody's business any more, as its own node knows.
    .filter(({ logId, seq }) => seq <= (state.logs.get(logId)?.sealed?.seq ?? seq))
    // A hub that only somebody could confirm who went back orders nothing.
    .filter(({ key }) => unsure.size === 0 && isHubThere && !state.disposed.has(key))
    .map((entry) => `${nameOf(entry)} has no disposal`);
  const byKey = new Map(asked.map((entry) => [entry.key, entry]));
  const disposals = new Map<string, number>();
  const groundless = acts.flatMap((signed) => {
    const read = readAct(signed);
    const cause = read.ok ? read.value.act.cause : null;
    if (!cause) return ['an act does not read'];
    const [key, body] = disposalOf(cause);
    if (key === null) return [];
    disposals.set(key, (disposals.get(key) ?? 0) + 1);
    const entry = byKey.get(key);
    const author = state.logs.get(key.split(':')[0] as LogId)?.org;
    if (!entry && author && unsure.has(author)) return [];
    const isTrue = entry?.body && (body === null || equalBytes(entry.body, body));
    return isTrue ? [] : [`an act names ${key.slice(-8)}, which nobody asked for`];
  });
  const twice = [...disposals].filter(([, times]) => times > 1).map(([key]) => `${key.slice(-8)} has two disposals`);
  return [...open, ...groundless, ...twice];
}

function isBeyond(there: LogHead, here: LogHead | undefined): boolean {
  if (!here || there.seq > here.seq) return there.seq > 0;
  return there.blockSeq === here.blockSeq && !equalBytes(there.hash, here.hash);
}

/** A disabled account is in no chat that it was in. */
function disabledBroken({ disabled, tainted }: Stage, { state }: Truth): string[] {
  return [...disabled].flatMap((actor) => {
    const isSure = !tainted.has(actor.node) && ![...tainted].some((node) => node.core.organisation.orgId === state.hub);
    const current = currentInterval(state.members.get(memberKey(actor.org, actor.person.account)));
    return isSure && state.kind === 'private' && current && current.accepted !== null
      ? [`${actor.name} is disabled, and in`]
      : [];
  });
}

function orgsOf({ tainted }: Stage): Set<OrgId> {
  return new Set([...tainted].map(({ core }) => core.organisation.orgId));
}

/** Who went back behind what others hold of its own may not go on in that chat (PROTOCOL 3.6). */
function goneBackBroken({ tainted }: Stage, truth: Truth): string[] {
  return [...tainted].flatMap((node) => {
    const { orgId } = node.core.organisation;
    const held = node.core.chats.sharing.find(truth.chat);
    if (!held || held.stopped) return [];
    const isBehind = truth.copies.some((copy) =>
      [...copy.held.logs.values()].some(
        (log) => log.org === orgId && isBeyond(log.head, held.logs.get(log.logId)?.head),
      ),
    );
    if (isBehind) return [`${node.name} is behind its own log, and not read-only`];
    const orders = truth.state.hub === orgId && truth.acts.length > held.state.head.cpos;
    return orders ? [`${node.name} is behind its own acts, and not read-only`] : [];
  });
}

type Cause = Extract<ReturnType<typeof readAct>, { ok: true }>['value']['act']['cause'];

function disposalOf(cause: Cause): [string | null, Uint8Array | null] {
  if (cause.is === 'hub') {
    const { intent } = cause;
    return [intent.is === 'refuse' ? `${intent.logId}:${intent.seq}` : null, null];
  }
  if (cause.is === 'request' && cause.index > 0) return [null, null];
  return [`${cause.logId}:${cause.seq}`, cause.body];
}

/** What was acknowledged is there, at its author's at least; what counts of it is with everybody whom it is for. */
function acknowledgedBroken(stage: Stage, truth: Truth): string[] {
  const byKey = new Map(truth.entries.map((entry) => [entry.key, entry]));
  const isSure = ({ node }: Actor) => !stage.tainted.has(node) && !truth.apart.has(node);
  const mine = stage.said.filter(({ chat, actor }) => chat === truth.chat && isSure(actor));
  return mine.flatMap(({ text, log, seq, actor }) => {
    const entry = byKey.get(`${log}:${seq}`);
    if (!entry || entry.account !== actor.person.account)
      return [`${text}, acknowledged as ${log.slice(-4)}:${seq}, is lost`];
    if (entry.text !== null && entry.text !== text) return [`${text} was acknowledged as ${entry.text}`];
    if (entry.code) return [];
    return truth.copies.flatMap((copy) => {
      const since = intervalsNow(truth, copy.org).filter(
        ({ accepted, from }) => accepted !== null && from <= entry.cpos,
      );
      if (since.length === 0 || stage.tainted.has(copy.node)) return [];
      if (isOutOfReach(truth, entry, copy.org)) return [];
      const there = copy.entries.get(entry.key);
      return there && (there.body || there.state === ERASED)
        ? []
        : [`${copy.node.name} lacks ${text} (${nameOf(entry)})`];
    });
  });
}

/** Everybody sees what is for them: all of it since they are in, in display order, each once, and nothing else. */
function shownBroken(truth: Truth, actor: Actor): string[] {
  const { chat, state, entries } = truth;
  const member = state.members.get(memberKey(actor.org, actor.person.account));
  const current = currentInterval(member);
  const mine = entries.filter(
    (entry) => entry.kind === 0 && entry.code === null && isForMember(state, actor.org, actor.person.account, entry),
  );
  const shown = seenBy(actor, chat);
  const place = new Map(mine.map((entry, i) => [entry.text ?? `erased ${entry.key}`, i]));
  const places = shown.map((text) => place.get(text) ?? -1);
  if (places.includes(-1)) return [`${actor.name} is shown ${shown[places.indexOf(-1)]}`];
  if (places.some((at, i) => i > 0 && at <= (places[i - 1] ?? -1))) return [`${actor.name} has another order`];
  if (!current || current.accepted === null) return [];
  const isShown = new Set(shown);
  const erased = erasedKeys(entries);
  const lacking = mine.filter(
    (entry) =>
      entry.cpos >= current.from &&
      entry.text !== null &&
      !isShown.has(entry.text) &&
      !erased.has(entry.key) &&
      !isOutOfReach(truth, entry, actor.org),
  );
  return lacking.map((entry) => `${actor.name} is not shown ${entry.text} (${nameOf(entry)})`);
}

/** Targets of erasures, also of those that a later cut made void: whoever had carried them out has no body left. */
function erasedKeys(entries: readonly Judged[]): Set<string> {
  const keys = new Set<string>();
  for (const { kind, body } of entries) {
    const target = kind === 3 && body ? eraseTarget(body) : null;
    if (target) keys.add(target);
  }
  return keys;
}

function eraseTarget(body: Uint8Array): string | null {
  const read = decodeBody('erase', body);
  return read.ok && read.value.kind === 'erase' ? `${read.value.body.targetLogId}:${read.value.body.targetSeq}` : null;
}

/** A cursor through the arrival order meets everything that may be seen, once. */
function cursorBroken({ chat }: Truth, actor: Actor): string[] {
  const held = actor.node.core.chats.sharing.find(chat);
  if (!held) return [];
  const rows = actor.node.db.read
    .prepare<[number], { logId: never; seq: number; cpos: number }>(
      'SELECT logId, seq, cpos FROM entry JOIN chatLog ON chatLog.id = entry.log WHERE entry.chat = ?',
    )
    .all(held.id);
  const member = held.state.members.get(memberKey(actor.org, actor.person.account));
  const since = member?.grants.length ? Math.max(...member.grants.map(({ at }) => at)) : 0;
  return rows.flatMap(({ logId, seq, cpos }) => {
    const times = actor.reader.seen.get(`${logId}:${seq}`) ?? 0;
    const placed = { logId, seq, cpos };
    const isFor = isForMember(held.state, actor.org, actor.person.account, placed);
    // A past that was granted later may have passed the cursor before.
    if (cpos < since && times === 0) return [];
    if (times > 1) return [`${actor.name}'s cursor met ${String(logId).slice(-4)}:${seq} ${times} times`];
    return isFor && times === 0 ? [`${actor.name}'s cursor missed ${String(logId).slice(-4)}:${seq}`] : [];
  });
}

/** What was erased is erased with everybody who heard of it. */
function erasedBroken(stage: Stage, truth: Truth): string[] {
  return truth.copies.flatMap((copy) => {
    if (stage.tainted.has(copy.node)) return [];
    return truth.entries.flatMap((entry) => {
      const target = entry.kind === 3 && entry.code === null && entry.body ? eraseTarget(entry.body) : null;
      if (!target || !copy.entries.has(entry.key)) return [];
      const there = copy.entries.get(target);
      const text = stage.said.find(({ log, seq }) => `${log}:${seq}` === target)?.text;
      // A body stays until its block is signed, whose header is made from it.
      if ((copy.held.logs.get(entry.logId)?.open.length ?? 0) > 0) return [];
      if (text && copy.node.holds(text)) return [`${copy.node.name} has the erased ${text} on its disk`];
      return there?.body && there.state < VOID ? [`${copy.node.name} holds the erased ${target.slice(-8)}`] : [];
    });
  });
}
