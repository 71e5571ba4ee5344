/**
 * Takes the control logs that peers bring (PROTOCOL 4.1, 4.2). Always holds: an act is applied only if it comes next and the
 * hub's pinned key signed it; a chat in which nobody of ours is stays unknown here.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { continuesControl, type ReadAct, readAct } from '../../protocol/chat/act.ts';
import { chatIdOf } from '../../protocol/chat/genesis.ts';
import { type ChatState, foundChat } from '../../protocol/chat/state.ts';
import { verifySync } from '../../protocol/ed25519.ts';
import { isHlcAhead } from '../../protocol/hlc.ts';
import type { AccountId, ChatId, OrgId } from '../../protocol/ids.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import type { FrameOf } from '../../protocol/sync/frames.ts';
import type { Tx } from '../db/batch.ts';
import type { Clock } from '../ports.ts';
import { type Cache, workOrRefuse } from './cache.ts';
import type { ControlLog } from './control.ts';
import { type HeldChat, isParty, loadChat, readChatRow } from './held.ts';
import type { People } from './people.ts';
import type { Stops } from './stops.ts';

export interface TakenControl {
  readonly chatId: ChatId;
  /** The chat was not here before. */
  readonly isNew: boolean;
  /** Acts before these are missing. */
  readonly gap: boolean;
}

interface Uses {
  readonly clock: Clock;
  readonly self: { readonly orgId: OrgId };
  /** Operational key of the organisation's root-signed record with that seq, if the organisation is known. */
  readonly keyAt: (org: OrgId, keySeq: number) => Uint8Array | undefined;
  readonly isActive: (account: AccountId) => boolean;
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

  async function takeControl(from: OrgId, frame: FrameOf<'control'>): Promise<Result<TakenControl>> {
    const acts: ReadAct[] = [];
    for (const signedAct of frame.acts) {
      const read = readAct(signedAct);
      if (!read.ok) return read;
      acts.push(read.value);
    }
    return workOrRefuse(cache, frame.chatId, (tx) => applyControl(tx, from, frame, acts));
  }

  function applyControl(tx: Tx, from: OrgId, frame: FrameOf<'control'>, acts: readonly ReadAct[]): TakenControl {
    const known = cache.find(tx, frame.chatId);
    if (!known && frame.genesis.length === 0) throw new Refused('not_found');
    const held = known ?? begin(tx, from, frame);
    if (known && !isParty(held.state, from)) throw new Refused('not_found');
    try {
      const gap = applyActs(tx, held, acts, frame.looks);
      // Somebody of ours must be in it, else it is none of our business, and stays unknown.
      if (!known && !isParty(held.state, self.orgId)) throw new Refused('not_found');
      return { chatId: held.chatId, isNew: !known, gap };
    } catch (error) {
      cache.forget(held.chatId);
      throw error;
    }
  }

  /** Founds the chat here by the genesis that a peer brings. */
  function begin(tx: Tx, from: OrgId, frame: FrameOf<'control'>): HeldChat {
    if (chatIdOf(frame.genesis) !== frame.chatId) throw new Refused('bad_chain', 'chat id');
    const state = foundChat(frame.genesis);
    const { genesis } = state;
    if (genesis.is === 'general' || genesis.is === 'public') throw new Refused('not_found');
    if (genesis.is === 'private') checkFounder(genesis, frame);
    else checkDirect(state, from);
    tx.prepare('INSERT INTO chat (chatId, kind, genesis, founderSignature) VALUES (?, ?, ?, ?)').run(
      frame.chatId,
      state.kind,
      frame.genesis,
      frame.founderSignature,
    );
    const row = readChatRow(tx, frame.chatId);
    if (!row) throw new Error('bug: a chat was not stored');
    const held = loadChat(tx, row, people);
    control.begin(tx, held);
    cache.add(held);
    return held;
  }

  function checkFounder(genesis: Extract<ChatState['genesis'], { is: 'private' }>, frame: FrameOf<'control'>): void {
    const key = uses.keyAt(genesis.org, genesis.keySeq);
    if (key && !equalBytes(key, genesis.opKey)) throw new Refused('bad_key', 'founder');
    if (!verifySync('genesis', frame.genesis, genesis.opKey, frame.founderSignature))
      throw new Refused('bad_signature', 'genesis');
  }

  /** A direct chat may be begun by either side, and only by a side. */
  function checkDirect(state: ChatState, from: OrgId): void {
    const sides = [...state.members.values()];
    const own = sides.find((side) => side.org === self.orgId);
    if (!own || !sides.some((side) => side.org === from) || !uses.isActive(own.account)) throw new Refused('not_found');
  }

  function applyActs(tx: Tx, held: HeldChat, acts: readonly ReadAct[], looks: readonly Uint8Array[]): boolean {
    for (const read of acts) {
      const { cpos } = read.act;
      if (cpos < held.heads.length) {
        if (!equalBytes(held.heads[cpos]?.hash ?? new Uint8Array(), read.hash)) stops.chat(tx, held, 'forked');
        continue;
      }
      if (held.stopped) return false;
      if (cpos > held.heads.length) return true;
      checkAct(tx, held, read);
      control.apply(tx, held, read, looks);
    }
    control.keepLooks(tx, held, looks);
    return false;
  }

  function checkAct(tx: Tx, held: HeldChat, read: ReadAct): void {
    const next = continuesControl(held.state.head, held.chatId, held.state.term, read);
    if (!next.ok) throw new Refused(next.refusal.code, next.refusal.detail);
    if (isHlcAhead(read.act.hlc, clock.now())) throw new Refused('ahead_of_clock', 'act');
    const key = held.state.hubKey ?? pinHubKey(tx, held, read.act.keySeq);
    if (!verifySync('act', read.signed.bytes, key, read.signed.signature)) throw new Refused('bad_signature', 'act');
    checkOwnCause(tx, held, read);
  }

  /** Direct chats: the first act pins the hub's key (PROTOCOL 4.1). */
  function pinHubKey(tx: Tx, held: HeldChat, keySeq: number): Uint8Array {
    const key = uses.keyAt(held.state.hub, keySeq);
    if (!key) throw new Refused('bad_key', 'hub');
    held.state.hubKey = key;
    tx.prepare('UPDATE chat SET hubKey = ? WHERE id = ?').run(key, held.id);
    return key;
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
    if (row || log.org === self.orgId) throw new Refused('bad_chain', 'a request that nobody made');
  }

  return takeControl;
}
