/**
 * What is pending in sealed chats, done by one online client (SEAL 4.7): rekeys, supplies of who is owed keys, keys of seats without,
 * the own keys where the chat has none or given up ones, and asking for keys that lack. Always holds: what is done is decided anew when its time has
 * come; at one head the same is not asked for twice.
 */
import type { Intent } from '../../protocol/chat/intent.ts';
import { isKeyless, pinNow, suspensionNow } from '../../protocol/chat/pins.ts';
import { rankOf } from '../../protocol/chat/rank.ts';
import {
  type ChatState,
  isAccepted,
  type Member,
  type MemberKey,
  memberKey,
  membersNow,
  policyAt,
  roleAt,
} from '../../protocol/chat/state.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { Fault } from '../../protocol/result.ts';
import type { ChatKeys } from './chat-keys.ts';
import type { ChatSeal } from './chat-seal.ts';
import type { Chat } from './desk.ts';
import { supplyOf } from './key-material.ts';
import type { Keyring } from './keyring.ts';
import { type Clock, jitter, type Random, type Timer } from './ports.ts';
import { ownSeat, type Requests } from './requests.ts';

const STEP_MS = 5_000;
/** Several devices of one person have one rank. */
const SCATTER_MS = 1_000;
/** A wrap may come after the act that names it. */
const BEFORE_ASKING_MS = 10_000;
const AGAIN_MS = 30_000;
const REKEY_EVERY_MS = 7 * 24 * 3_600_000;
const LEAVE_WAIT_MS = 2_000;
const SUPPLIES_AT_ONCE = 100;
/** Each brings a chain. */
const LATE_AT_ONCE = 3;

export interface Executor {
  /** Something of the chat has changed: its acts, its keys, or the own ones. */
  consider(chat: Chat): void;
  /** Before something is written after a leave: draws new keys, if the hub orders that soon (SEAL 4.7). */
  rekeyFirst(chat: Chat, seal: ChatSeal): Promise<void>;
  close(): void;
}

export interface ExecutorParts {
  readonly keyring: Keyring;
  readonly keys: ChatKeys;
  readonly requests: Requests;
  readonly clock: Clock;
  readonly random: Random;
  readonly isOnline: () => boolean;
  readonly report: (error: unknown) => void;
}

type Is = 'keys' | 'rewrap' | 'rekey' | 'supply' | 'readmit';
interface Task {
  readonly is: Is;
  readonly intent: Intent;
  readonly delayMs: number;
}

interface Plan {
  readonly name: string;
  readonly timer: Timer;
}

export function createExecutor(parts: ExecutorParts): Executor {
  return new Pending(parts);
}

class Pending implements Executor {
  readonly #parts: ExecutorParts;
  readonly #plans = new Map<ChatId, Plan>();
  /** What was asked last, and at which head. */
  readonly #done = new Map<ChatId, { readonly name: string; readonly at: number }>();
  /** Since when that is pending. */
  readonly #since = new Map<ChatId, { readonly name: string; readonly at: number }>();
  readonly #lackedAt = new WeakMap<Chat, { readonly cpos: number; readonly since: number }>();
  readonly #rekeyed = new WeakMap<Chat, number>();
  readonly #opening = new WeakSet<Chat>();
  /** Chats with seats without keys that others may have by now. */
  readonly #keyless = new Set<Chat>();
  readonly #askedFor = new Set<MemberKey>();
  readonly #unwatch: () => void;
  #closed = false;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
    this.#unwatch = parts.keyring.watch((what) => {
      if (what === 'others') for (const chat of this.#keyless) this.consider(chat);
    });
  }

  consider(chat: Chat): void {
    const { seal } = chat;
    if (seal && !this.#closed && this.#parts.isOnline()) void this.#askForKeyless(chat, seal.state);
    if (!seal || this.#closed || !this.#parts.isOnline()) this.#plan(chat, []);
    // Who can bring keys to others is known when every wrap is open.
    else if (seal.state.owed.size > 0) void this.#considerOpened(chat);
    else this.#plan(chat, this.#tasksOf(chat, seal));
  }

  async #considerOpened(chat: Chat): Promise<void> {
    if (this.#opening.has(chat)) return;
    this.#opening.add(chat);
    try {
      const seal = await this.#parts.keys.openAll(chat);
      if (seal && !this.#closed) this.#plan(chat, this.#tasksOf(chat, seal));
    } catch (error) {
      if (!(error instanceof Fault)) this.#parts.report(error);
    } finally {
      this.#opening.delete(chat);
    }
  }

  #plan(chat: Chat, tasks: readonly Task[]): void {
    const id = chat.record.summary.chat;
    const name = nameOf(chat.seal, tasks);
    if (tasks.length > 0 && this.#plans.get(id)?.name === name) return;
    this.#plans.get(id)?.timer.cancel();
    this.#plans.delete(id);
    if (tasks.length === 0) return;
    const { clock, random } = this.#parts;
    const now = clock.now();
    if (this.#since.get(id)?.name !== name) this.#since.set(id, { name, at: now });
    const last = this.#done.get(id);
    const again = last?.name === name ? Math.max(0, last.at + AGAIN_MS - now) : 0;
    const delayMs = Math.max(again, Math.min(...tasks.map((task) => task.delayMs))) + jitter(random) * SCATTER_MS;
    const timer = clock.after(delayMs, () => this.#run(chat, name));
    this.#plans.set(id, { name, timer });
  }

  async rekeyFirst(chat: Chat, { state }: ChatSeal): Promise<void> {
    if (!state.rekeyPending || this.#rekeyed.get(chat) === state.head.cpos) return;
    this.#rekeyed.set(chat, state.head.cpos);
    const { requests, clock } = this.#parts;
    const asked = requests.ask(state.chatId, [{ is: 'rekey' }]).then(() => undefined);
    const waited = Promise.withResolvers<void>();
    const timer = clock.after(LEAVE_WAIT_MS, () => waited.resolve());
    await Promise.race([asked.catch(onlyFaults), waited.promise]);
    timer.cancel();
  }

  close(): void {
    this.#closed = true;
    this.#unwatch();
    for (const { timer } of this.#plans.values()) timer.cancel();
    this.#plans.clear();
  }

  async #run(chat: Chat, name: string): Promise<void> {
    const id = chat.record.summary.chat;
    this.#plans.delete(id);
    if (this.#closed) return;
    try {
      const seal = await this.#parts.keys.openAll(chat);
      if (!seal) return;
      const tasks = this.#tasksOf(chat, seal);
      // What others are to do first is left to them until their time is over.
      const waited = this.#parts.clock.now() - (this.#since.get(id)?.at ?? 0);
      const due = tasks.filter(({ delayMs }) => delayMs <= waited);
      if (due.length > 0 && nameOf(seal, tasks) === name) {
        this.#done.set(id, { name, at: this.#parts.clock.now() });
        await this.#parts.requests.ask(id, inOrder(due));
      }
    } catch (error) {
      if (!(error instanceof Fault)) this.#parts.report(error);
    }
    this.consider(chat);
  }

  #tasksOf(chat: Chat, seal: ChatSeal): Task[] {
    const { keyring } = this.#parts;
    const { state } = seal;
    const member = ownSeat(state, keyring);
    const rank = rankOf(state, keyring.org, keyring.account);
    if (!member || rank === null || !isAccepted(member) || suspensionNow(member) || state.closed) return [];
    const identity = keyring.identityChain();
    const keys: Task[] = this.#mustStateKeys(state)
      ? [{ is: 'keys', intent: { is: 'keys', identity }, delayMs: 0 }]
      : [];
    const others = [...this.#late(seal, rank), ...this.#rekey(state, rank), ...this.#supplies(seal, rank)];
    return [...keys, ...this.#asking(chat, seal), ...others];
  }

  /** The chat knows no user key of this account, or one that it has given up. */
  #mustStateKeys(state: ChatState): boolean {
    const { keyring } = this.#parts;
    const member = ownSeat(state, keyring);
    const pinned = pinNow(member)?.identity;
    // Who founds a chat states its keys with the first secret.
    if (!pinned) return isKeyless(state, member) && state.segments.length > 0;
    return pinned.ukGen < keyring.identity().ukGen;
  }

  /** Once in a session: a node that does not answer is asked again by the keyring. */
  async #askForKeyless(chat: Chat, state: ChatState): Promise<void> {
    const { keyring, report } = this.#parts;
    const seats = keylessSeats(state).filter((member) => member !== ownSeat(state, keyring));
    if (seats.length === 0) {
      this.#keyless.delete(chat);
      return;
    }
    this.#keyless.add(chat);
    const unasked = seats.filter(({ org, account }) => !this.#askedFor.has(memberKey(org, account)));
    if (unasked.length === 0) return;
    for (const { org, account } of unasked) this.#askedFor.add(memberKey(org, account));
    try {
      await keyring.identitiesOf(unasked);
      if (!this.#closed) this.consider(chat);
    } catch (error) {
      for (const { org, account } of unasked) this.#askedFor.delete(memberKey(org, account));
      if (!(error instanceof Fault)) report(error);
    }
  }

  /** Seats whose keys came too late for the invitation (SEAL 4.5). */
  #late({ state }: ChatSeal, rank: number): Task[] {
    const { keyring } = this.#parts;
    const { cpos } = state.head;
    if (roleAt(state, keyring.org, keyring.account, cpos) < policyAt(state, cpos).invite) return [];
    const tasks: Task[] = [];
    for (const { org, account } of keylessSeats(state)) {
      const identity = keyring.chainOf(org, account);
      if (identity && tasks.length < LATE_AT_ONCE)
        tasks.push({ is: 'readmit', intent: { is: 'readmit', org, account, identity }, delayMs: rank * STEP_MS });
    }
    return tasks;
  }

  #asking(chat: Chat, seal: ChatSeal): Task[] {
    const { keyring, clock } = this.#parts;
    const { state } = seal;
    if (!seal.isLacking()) {
      this.#lackedAt.delete(chat);
      return [];
    }
    if (state.owed.has(memberKey(keyring.org, keyring.account))) return [];
    const known = this.#lackedAt.get(chat);
    const lacked = known?.cpos === state.head.cpos ? known : { cpos: state.head.cpos, since: clock.now() };
    this.#lackedAt.set(chat, lacked);
    const waited = clock.now() - lacked.since;
    const delayMs = seal.hasBadWrap ? 0 : Math.max(0, BEFORE_ASKING_MS - waited);
    return [{ is: 'rewrap', intent: { is: 'rewrap' }, delayMs }];
  }

  #rekey(state: ChatState, rank: number): Task[] {
    const last = state.segments.findLast(({ kind }) => kind === 'rekey');
    const isOld = last !== undefined && this.#parts.clock.now() - hlcMs(last.hlc) > REKEY_EVERY_MS;
    return state.rekeyPending || isOld ? [{ is: 'rekey', intent: { is: 'rekey' }, delayMs: rank * STEP_MS }] : [];
  }

  /** Who has only a part of what somebody is owed lets all others go first. */
  #supplies(seal: ChatSeal, rank: number): Task[] {
    const { keyring } = this.#parts;
    const { state } = seal;
    const own = memberKey(keyring.org, keyring.account);
    const tasks: Task[] = [];
    for (const key of state.owed.keys()) {
      const member = state.members.get(key);
      if (!member || key === own || tasks.length >= SUPPLIES_AT_ONCE) continue;
      const supply = supplyOf(state, member, seal);
      const turn = supply === 'all' ? rank : rank + membersNow(state).length;
      const { org, account } = member;
      if (supply !== 'none')
        tasks.push({ is: 'supply', intent: { is: 'supply', org, account }, delayMs: turn * STEP_MS });
    }
    return tasks;
  }
}

/** The same at the same head has the same name. */
function nameOf(seal: ChatSeal | null, tasks: readonly Task[]): string {
  const about = ({ is, intent }: Task) => ('account' in intent ? `${is} ${intent.org}/${intent.account}` : is);
  return `${seal?.state.head.cpos} ${tasks.map(about).sort().join()}`;
}

/** A rekey last: it settles some of what is owed, and a supply of that would be refused. */
function inOrder(tasks: readonly Task[]): Intent[] {
  const order: readonly Is[] = ['keys', 'rewrap', 'readmit', 'supply', 'rekey'];
  return tasks.toSorted((a, b) => order.indexOf(a.is) - order.indexOf(b.is)).map(({ intent }) => intent);
}

function keylessSeats(state: ChatState): Member[] {
  return [...state.members.values()].filter((member) => isKeyless(state, member));
}

function onlyFaults(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
}
