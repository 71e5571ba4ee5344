/**
 * Takes the control logs that peers bring (PROTOCOL 4.1, 4.2). Always holds: an act is applied only if it comes next and the
 * hub's pinned key signed it; a chat in which nobody of ours is stays unknown here.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { continuesControl, type ReadAct, readAct } from '../../protocol/chat/act.ts';
import { primeRequest } from '../../protocol/chat/author.ts';
import { chatIdOf, type DirectGenesis } from '../../protocol/chat/genesis.ts';
import { type ChatState, foundChat, openLogOf } from '../../protocol/chat/state.ts';
import { type Rules, whySuite } from '../../protocol/chat/validity.ts';
import { verifySync } from '../../protocol/ed25519.ts';
import { isHlcAhead } from '../../protocol/hlc.ts';
import type { AccountId, ChatId, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type Refusal, Refused, type Result, refuse, refusing } from '../../protocol/result.ts';
import type { FrameOf } from '../../protocol/sync/frames.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../ports.ts';
import { type Beginning, createBeginnings } from './beginnings.ts';
import { type Cache, workOrRefuse } from './cache.ts';
import type { ControlLog } from './control.ts';
import { isOwnEnrol } from './found.ts';
import { type HeldChat, type HeldLog, isParty, readActs } from './held.ts';
import { loadChat, readChatRow } from './load.ts';
import type { People } from './people.ts';
import type { Stops } from './stops.ts';

export interface TakenControl {
  readonly chatId: ChatId;
  /** The chat was not here before. */
  readonly isNew: boolean;
  /** Acts before these are missing. */
  readonly gap: boolean;
  /** Why it ends before the last of the acts. */
  readonly refused: Refusal | null;
}

type Applied = Pick<TakenControl, 'gap' | 'refused'>;

interface Uses {
  readonly db: Database;
  readonly clock: Clock;
  readonly self: { readonly orgId: OrgId };
  /** Operational key of the organisation's root-signed record with that seq, if the organisation is known. */
  readonly keyAt: (org: OrgId, keySeq: number) => Uint8Array | undefined;
  readonly isActive: (account: AccountId) => boolean;
  readonly identityOf: (account: AccountId) => Uint8Array | null;
  readonly rules: Rules;
  readonly cache: Cache;
  readonly control: ControlLog;
  readonly people: People;
  readonly stops: Stops;
}

/** Takes genesis and acts of a chat; `from`: who sent them. Refuses `not_found` for what is none of our business. */
export function createControlInbox(
  uses: Uses,
): (from: OrgId, frame: FrameOf<'control'>) => Promise<Result<TakenControl>> {
  const { clock, self, cache, control, people, stops } = uses;
  const beginnings = createBeginnings(self);

  async function takeControl(from: OrgId, frame: FrameOf<'control'>): Promise<Result<TakenControl>> {
    const bytes = frame.acts.reduce((sum, each) => sum + each.bytes.length, 0);
    if (bytes > LIMITS.controlFrameBytes) return refuse('too_big', 'acts');
    const acts: ReadAct[] = [];
    for (const signedAct of frame.acts) {
      const read = readAct(signedAct);
      if (!read.ok) return read;
      acts.push(read.value);
    }
    await prime(frame.chatId, acts);
    return workOrRefuse(cache, frame.chatId, (tx) => applyControl(tx, from, frame, acts));
  }

  /** What the reducer will ask of the requests' signatures is verified off the main thread, as far as it is known by whom. */
  async function prime(chatId: ChatId, acts: readonly ReadAct[]): Promise<void> {
    const held = cache.find(uses.db.read, chatId);
    if (!held || held.state.suite === 0) return;
    const fresh = acts.filter(({ act }) => act.cpos > held.state.head.cpos);
    await Promise.all(
      fresh.map((read) => {
        const { cause } = read.act;
        const org = cause.is === 'request' ? held.state.logs.get(cause.logId)?.org : undefined;
        return org && primeRequest(held.state, org, read);
      }),
    );
  }

  function applyControl(tx: Tx, from: OrgId, frame: FrameOf<'control'>, acts: readonly ReadAct[]): TakenControl {
    const held = cache.find(tx, frame.chatId);
    if (!held) return beginChat(tx, from, frame, acts);
    // Acts prove themselves, and who brings them may have come in by one that has not come here: the hub may be away.
    if (held.state.kind !== 'private' && !isParty(held.state, from)) throw new Refused('not_found');
    const before = held.state.head.cpos;
    try {
      return { chatId: held.chatId, isNew: false, ...applyActs(tx, held, acts, frame.looks) };
    } catch (error) {
      // What was not changed need not be read anew, or bad acts would cost more than good ones.
      if (held.state.head.cpos !== before) cache.forget(held.chatId);
      throw error;
    }
  }

  function beginChat(tx: Tx, from: OrgId, frame: FrameOf<'control'>, acts: readonly ReadAct[]): TakenControl {
    const { chatId } = frame;
    if (frame.genesis.length > 0 && chatIdOf(frame.genesis) !== chatId) throw new Refused('bad_chain', 'chat id');
    const beginning = beginnings.gather(from, frame, acts);
    if (!beginning) return { chatId, isNew: false, gap: false, refused: null };
    try {
      const held = begin(tx, from, chatId, beginning);
      const applied = applyActs(tx, held, beginning.acts, beginning.looks);
      // Somebody of ours must be in it, else it is none of our business, and stays unknown.
      if (!isParty(held.state, self.orgId)) throw new Refused('not_found');
      checkUnknownFounder(held.state);
      return { chatId, isNew: true, ...applied };
    } catch (error) {
      cache.forget(chatId);
      throw error;
    }
  }

  /** Founds the chat here by the genesis that a peer brings. */
  function begin(tx: Tx, from: OrgId, chatId: ChatId, frame: Beginning): HeldChat {
    const state = foundChat(frame.genesis);
    const { genesis } = state;
    const refused = whySuite(genesis.is, genesis.suite, uses.rules);
    if (refused) throw new Refused(refused);
    if (genesis.is === 'general' || genesis.is === 'public') throw new Refused('not_found');
    if (genesis.is === 'private') checkFounder(genesis, frame);
    else checkDirect(state, from);
    tx.prepare('INSERT INTO chat (chatId, kind, genesis, founderSignature) VALUES (?, ?, ?, ?)').run(
      chatId,
      state.kind,
      frame.genesis,
      frame.founderSignature,
    );
    const row = readChatRow(tx, chatId);
    if (!row) throw new Error('bug: a chat was not stored');
    const held = loadChat(tx, row, people);
    control.begin(tx, held);
    cache.add(held);
    return held;
  }

  function checkFounder(genesis: Extract<ChatState['genesis'], { is: 'private' }>, frame: Beginning): void {
    const key = uses.keyAt(genesis.org, genesis.keySeq);
    if (isKnown(genesis.org) && !(key && equalBytes(key, genesis.opKey))) throw new Refused('bad_key', 'founder');
    if (!verifySync('genesis', frame.genesis, genesis.opKey, frame.founderSignature))
      throw new Refused('bad_signature', 'genesis');
  }

  /** Every chain begins with record 0. */
  function isKnown(org: OrgId): boolean {
    return uses.keyAt(org, 0) !== undefined;
  }

  /** Whose record is not here did found the chat only if nobody still writes under the key that the genesis claims. */
  function checkUnknownFounder(state: ChatState): void {
    if (state.genesis.is !== 'private' || isKnown(state.genesis.org)) return;
    if (openLogOf(state, state.genesis.org)?.openedAt === 0) throw new Refused('unknown_peer', 'founder');
  }

  /** A direct chat may be begun by either side, and only by a side. */
  function checkDirect(state: ChatState, from: OrgId): void {
    const sides = [...state.members.values()];
    const own = sides.find((side) => side.org === self.orgId);
    if (!own || !sides.some((side) => side.org === from) || !uses.isActive(own.account)) throw new Refused('not_found');
    const { genesis } = state;
    const isOurs = (side: DirectGenesis['a']) => isOwnEnrol(side, self.orgId, uses.identityOf);
    if (genesis.is === 'direct' && ![genesis.a, genesis.b].every(isOurs)) throw new Refused('not_found');
  }

  /** What comes before an act that is refused stands: it may show what is wrong here (PROTOCOL 3.7). */
  function applyActs(tx: Tx, held: HeldChat, acts: readonly ReadAct[], looks: readonly Uint8Array[]): Applied {
    const before = held.heads.length;
    for (const read of acts) {
      const { cpos } = read.act;
      if (cpos < held.heads.length) {
        checkPast(tx, held, read);
        continue;
      }
      if (held.stopped || isOwn(tx, held, read)) return { gap: false, refused: null };
      if (cpos > held.heads.length) return { gap: true, refused: null };
      const checked = refusing(() => checkAct(tx, held, read));
      if (!checked.ok && held.heads.length > before) return { gap: false, refused: checked.refusal };
      if (!checked.ok) throw new Refused(checked.refusal.code, checked.refusal.detail);
      control.apply(tx, held, read, looks);
    }
    control.keepLooks(tx, held, looks, []);
    return { gap: false, refused: null };
  }

  /** Another act for a position is a proof that the hub contradicts itself (PROTOCOL 4.9), if the hub signed it. */
  function checkPast(tx: Tx, held: HeldChat, read: ReadAct): void {
    const { cpos, term } = read.act;
    const [stored] = readActs(tx, held.id, cpos, 1);
    if (stored?.act.cpos !== cpos) throw new Refused('bad_chain', 'position');
    if (equalBytes(stored.hash, read.hash)) return;
    const isOfHub = (key: Uint8Array) => verifySync('act', read.signed.bytes, key, read.signed.signature);
    if (read.act.chatId !== held.chatId || stored.act.term !== term || !keysOfTerm(held, term).some(isOfHub))
      throw new Refused('bad_signature', 'act');
    stops.chat(tx, held, 'forked');
  }

  /** What this node ordered and does not have: it was restored, or runs twice (PROTOCOL 3.6). A claim alone is not enough. */
  function isOwn(tx: Tx, held: HeldChat, { act, signed }: ReadAct): boolean {
    const { hub, hubKey } = held.state;
    if (hub !== self.orgId || act.chatId !== held.chatId || !hubKey) return false;
    if (!verifySync('act', signed.bytes, hubKey, signed.signature)) throw new Refused('bad_signature', 'act');
    stops.chat(tx, held, 'read_only');
    return true;
  }

  function checkAct(tx: Tx, held: HeldChat, read: ReadAct): void {
    const next = continuesControl(held.state.head, held.chatId, held.state.term, read);
    if (!next.ok) throw new Refused(next.refusal.code, next.refusal.detail);
    if (isHlcAhead(read.act.hlc, clock.now())) throw new Refused('ahead_of_clock', 'act');
    const key = held.state.hubKey ?? hubKeyAt(held, read.act.keySeq);
    if (!verifySync('act', read.signed.bytes, key, read.signed.signature)) throw new Refused('bad_signature', 'act');
    checkOwnCause(tx, held, read);
    if (!held.state.hubKey) pinHubKey(tx, held, key);
  }

  function hubKeyAt(held: HeldChat, keySeq: number): Uint8Array {
    const key = uses.keyAt(held.state.hub, keySeq);
    if (!key) throw new Refused('bad_key', 'hub');
    return key;
  }

  /** Direct chats: the first act pins the hub's key (PROTOCOL 4.1). */
  function pinHubKey(tx: Tx, held: HeldChat, key: Uint8Array): void {
    held.state.hubKey = key;
    tx.prepare('UPDATE chat SET hubKey = ? WHERE id = ?').run(key, held.id);
  }

  /** What is said to come from our own log must stand there (PROTOCOL 4.2). */
  function checkOwnCause(tx: Tx, held: HeldChat, read: ReadAct): void {
    const { cause } = read.act;
    if (cause.is === 'hub' || (cause.is === 'request' && cause.index > 0)) return;
    const log = held.logs.get(cause.logId);
    if (!log) return;
    const row = tx
      .prepare<[number, number], { body: Uint8Array | null }>('SELECT body FROM entry WHERE log = ? AND seq = ?')
      .one(log.id, cause.seq);
    if (row?.body && equalBytes(row.body, cause.body)) return;
    // Whoever wrote the log contradicts itself: the hub may have been shown the other story.
    if (log.org !== self.orgId && isForked(tx, log)) return;
    if (row || log.org === self.orgId) throw new Refused('bad_chain', 'a request that nobody made');
  }

  return takeControl;
}

/** Is a proof here (PROTOCOL 3.6)? */
function isForked(tx: Tx, log: HeldLog): boolean {
  return (
    tx.prepare<[number], { one: number }>('SELECT 1 AS one FROM forkProof WHERE log = ?').one(log.id) !== undefined
  );
}

/** Keys that may have signed an act of this term. */
function keysOfTerm({ state, hubs, logs }: HeldChat, term: number): Uint8Array[] {
  const keys = term === state.term ? [state.hubKey] : [];
  const { genesis } = state;
  if (term === 0 && genesis.is !== 'direct') keys.push(genesis.opKey);
  for (const log of logs.values()) if (log.org === hubs[term]) keys.push(log.key);
  return keys.filter((key) => key !== null);
}
