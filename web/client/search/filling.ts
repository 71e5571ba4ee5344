/**
 * Fills the index: with what comes and is changed at once, and backwards through every chat that the person may read, a page at a
 * time, with a pause as long as the page took. Always holds: how far it is lies in the index together with what was taken; nothing
 * that is erased or void is put in; general and public chats never are, since their node answers for them.
 */
import type { Entry } from '../../../protocol/api/shapes.ts';
import type { ChatId } from '../../../protocol/ids.ts';
import { Fault } from '../../../protocol/result.ts';
import type { Api } from '../api.ts';
import { type Chat, type Desk, isSealed, type Known } from '../desk.ts';
import { contentOf, knownFrom, placeOf } from '../entries.ts';
import type { Ledger } from '../ledger.ts';
import type { Library } from '../library.ts';
import type { Opening } from '../opening.ts';
import { cursorOf, type Place } from '../order.ts';
import type { Clock, Index, Indexed, IndexedRef, Timer } from '../ports.ts';
import { indexedFrom } from './indexed.ts';
import {
  isToWalk,
  nextBefore,
  type Page,
  UNBEGUN,
  WALKS,
  type Walk,
  walkAfter,
  walkAgain,
  walked,
  walkKey,
  withKeys,
} from './walk.ts';

export interface Filling {
  /** Reads how far it was. Throws `Fault`. */
  begin(): Promise<void>;
  /** These came, or changed. */
  take(chat: Chat, known: readonly Known[]): Promise<void>;
  /** Erased, or does not count any more. */
  drop(ref: IndexedRef): Promise<void>;
  /** More of its past is open than was. */
  reopened(chat: Chat): Promise<void>;
  /** It has left the list: what may still be read stays. */
  gone(id: ChatId): Promise<void>;
  /** Pushes were missed. */
  missed(): Promise<void>;
  /** Goes on, if it waited. */
  wake(): void;
  walkOf(id: ChatId): Walk;
  close(): void;
}

export interface FillingParts {
  readonly api: Api;
  readonly desk: Desk;
  readonly library: Library;
  readonly ledger: Ledger;
  readonly opening: Opening | null;
  readonly index: Index;
  readonly clock: Clock;
  /** Is this the moment? Not while offline, out of sight, or at work for somebody. */
  readonly mayWork: () => boolean;
  readonly report: (error: unknown) => void;
}

const PAGE = 100;
const LEAST_PAUSE_MS = 20;
const LOOK_AGAIN_MS = 1_000;

export function isLocal(chat: Chat): boolean {
  const { kind, standing } = chat.record.summary;
  return kind !== 'general' && kind !== 'public' && standing !== 'invited';
}

export function createFilling(parts: FillingParts): Filling {
  return new Backwards(parts);
}

class Backwards implements Filling {
  readonly #parts: FillingParts;
  readonly #walks = new Map<ChatId, Walk>();
  /** Version of the keys with which what is closed was tried in vain. */
  readonly #tried = new Map<ChatId, unknown>();
  /** What could not be read: left out until something wakes this. */
  readonly #failed = new Set<ChatId>();
  /** What was dropped while a page was on its way. */
  readonly #dropped = new Set<string>();
  #timer: Timer | null = null;
  #isAtWork = false;
  #isClosed = false;

  constructor(parts: FillingParts) {
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    for (const { key, value } of await this.#parts.index.notes(WALKS)) {
      this.#walks.set(key.slice(WALKS.length) as ChatId, value as Walk);
    }
    this.wake();
  }

  walkOf(id: ChatId): Walk {
    return this.#walks.get(id) ?? UNBEGUN;
  }

  async take(chat: Chat, known: readonly Known[]): Promise<void> {
    if (!isLocal(chat)) return;
    const { said, gone, closed } = await this.#read(chat, known);
    const id = chat.record.summary.chat;
    const walk = closed.length > 0 ? walkAfterLive(this.walkOf(id), closed) : null;
    if (said.length + gone.length === 0 && !walk) return;
    await this.#parts.index.write({ said, gone, notes: walk ? [{ key: walkKey(id), value: walk }] : [] });
    if (walk) this.#walks.set(id, walk);
  }

  async drop({ log, seq }: IndexedRef): Promise<void> {
    this.#dropped.add(`${log}/${seq}`);
    await this.#parts.index.write({ gone: [{ log, seq }] });
  }

  async reopened(chat: Chat): Promise<void> {
    if (isLocal(chat)) await this.#keep(chat, walkAgain(this.#walkIn(chat), { from: null, to: null }));
    this.wake();
  }

  async gone(id: ChatId): Promise<void> {
    const { api, index } = this.#parts;
    // Whoever was in it still reads what came until then: the node says.
    const answer = await api.call('GET /api/v1/chats/:chat', { params: { chat: id } });
    if (answer.ok || answer.refusal.code !== 'not_found') return;
    this.#walks.delete(id);
    await index.write({ goneChats: [id], notes: [{ key: walkKey(id), value: UNBEGUN }] });
  }

  async missed(): Promise<void> {
    for (const chat of this.#parts.desk.chats.values()) {
      const walk = this.#walkIn(chat);
      if (isLocal(chat)) await this.#keep(chat, walkAgain(walk, walked(walk)));
    }
    this.wake();
  }

  wake(): void {
    this.#failed.clear();
    this.#timer?.cancel();
    this.#timer = null;
    if (!this.#isAtWork) this.#later(LEAST_PAUSE_MS);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #later(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer = this.#parts.clock.after(delayMs, () => this.#work());
  }

  async #work(): Promise<void> {
    if (this.#isAtWork || this.#isClosed) return;
    this.#isAtWork = true;
    const { clock, mayWork, report } = this.#parts;
    let pauseMs = LOOK_AGAIN_MS;
    const chat = mayWork() ? this.#next() : null;
    const startMs = clock.now();
    try {
      if (chat) await this.#step(chat);
      if (chat) pauseMs = Math.max(LEAST_PAUSE_MS, clock.now() - startMs);
    } catch (error) {
      if (chat) this.#failed.add(chat.record.summary.chat);
      if (!(error instanceof Fault)) report(error);
    } finally {
      this.#dropped.clear();
      this.#isAtWork = false;
      this.#later(pauseMs);
    }
  }

  /** The one whose next page is the newest, so that everything is known back to one time. */
  #next(): Chat | null {
    let newest: Chat | null = null;
    let newestHlc = -1;
    for (const chat of this.#parts.desk.chats.values()) {
      if (!isLocal(chat) || this.#failed.has(chat.record.summary.chat)) continue;
      this.#tryKeys(chat);
      const walk = this.#walkIn(chat);
      if (!isToWalk(walk)) continue;
      const hlc = nextBefore(walk)?.hlc ?? Number.MAX_SAFE_INTEGER;
      const isNewer = hlc > newestHlc || (hlc === newestHlc && newest !== null && lastTime(chat) > lastTime(newest));
      if (isNewer) [newest, newestHlc] = [chat, hlc];
    }
    return newest;
  }

  #tryKeys(chat: Chat): void {
    const walk = this.#walkIn(chat);
    const id = chat.record.summary.chat;
    const keys = chat.seal && `${chat.seal.version} ${chat.seal.state.head.cpos}`;
    if (!walk.closed || keys === null || this.#tried.get(id) === keys) return;
    this.#tried.set(id, keys);
    this.#walks.set(id, withKeys(walk));
  }

  async #step(chat: Chat): Promise<void> {
    const { api, index, ledger } = this.#parts;
    const id = chat.record.summary.chat;
    const walk = this.#walkIn(chat);
    const before = nextBefore(walk);
    const query = { limit: PAGE, ...(before ? { before: cursorOf(before) } : {}) };
    if (isSealed(chat)) await ledger.open(chat);
    const answer = await api.call('GET /api/v1/chats/:chat/entries', { params: { chat: id }, query });
    if (!answer.ok) throw new Fault(`a page for the index was refused: ${answer.refusal.code}`);
    const { entries, more } = answer.value;
    const known = entries.map((entry) => hereOr(chat, entry));
    const { said, gone, closed } = await this.#read(chat, known);
    const page: Page = { places: known.map(placeOf), closed, more };
    // What was asked for meanwhile is not lost.
    const now = this.walkOf(id);
    const next = now === walk ? walkAfter(walk, page) : now;
    const still = said.filter(({ log, seq }) => !this.#dropped.has(`${log}/${seq}`));
    await index.write({ said: still, gone, notes: [{ key: walkKey(id), value: next }] });
    if (this.walkOf(id) === now) this.#walks.set(id, next);
  }

  /** Opens what the index lacks. */
  async #read(chat: Chat, known: readonly Known[]): Promise<{ said: Indexed[]; gone: Entry[]; closed: Place[] }> {
    const { index, opening } = this.#parts;
    const messages = known.filter(({ entry }) => entry.kind === 'message');
    const isGone = ({ entry }: Known) => entry.body === null || entry.void !== null;
    const gone = messages.filter(isGone).map(({ entry }) => entry);
    const rest = messages.filter((each) => !isGone(each));
    const refs = rest.map(({ entry: { log, seq } }) => ({ log, seq }));
    const lacking = new Set((await index.lacking(refs)).map(({ log, seq }) => `${log}/${seq}`));
    const fresh = rest.filter(({ entry }) => lacking.has(`${entry.log}/${entry.seq}`));
    if (opening) await opening.messages(chat, fresh, fresh.length);
    const said: Indexed[] = [];
    const closed: Place[] = [];
    for (const each of fresh) {
      const content = contentOf(chat, each.entry);
      const indexed = indexedFrom(each, content);
      if (indexed) said.push(indexed);
      else if (content.is === 'closed' || content.is === 'key') closed.push(placeOf(each));
    }
    return { said, gone, closed };
  }

  #walkIn(chat: Chat): Walk {
    return this.walkOf(chat.record.summary.chat);
  }

  async #keep(chat: Chat, walk: Walk): Promise<void> {
    const id = chat.record.summary.chat;
    if (this.walkOf(id) === walk) return;
    this.#walks.set(id, walk);
    await this.#parts.index.write({ notes: [{ key: walkKey(id), value: walk }] });
  }
}

/** What came and is closed is looked at again when there are keys. */
function walkAfterLive(walk: Walk, closed: readonly Place[]): Walk {
  const { closed: stretch } = walkAfter({ ...walk, again: null }, { places: closed, closed, more: true });
  return { ...walk, closed: stretch };
}

/** As it is known here, if it is: it may be open already, or erased since. */
function hereOr(chat: Chat, entry: Entry): Known {
  const here = chat.entries?.get(`${entry.log}/${entry.seq}`);
  return here && (here.entry.body === entry.body || here.entry.body === null) ? here : knownFrom(entry, null);
}

function lastTime({ record }: Chat): number {
  return record.summary.lastTime;
}
