/**
 * What the desk reads: from the store at the start, from the node where the store has nothing. Always holds: a page of entries
 * joins the window without a gap, because everything newer comes by the socket.
 */

import type { ReplyOf, RouteKey } from '../../protocol/api/contract.ts';
import type { ChatSummary, Delivery, Entry, Organisation, Person } from '../../protocol/api/shapes.ts';
import { type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import type { AccountId, ChatId, OrgId } from '../../protocol/ids.ts';
import { Fault } from '../../protocol/result.ts';
import type { Api, InputOf } from './api.ts';
import { type Chat, type ChatRecord, createChat, type Desk, entryKey, type Known, newRecord } from './desk.ts';
import { isInWindow, KEPT_ENTRIES, knownFrom, placeOf, putEntry, trimEntries, windowOf } from './entries.ts';
import { STORE } from './keys.ts';
import { comparePlaces, cursorOf, type Place } from './order.ts';
import type { Change, Store } from './ports.ts';
import { newestPreview } from './preview.ts';

const LOADED_CHATS = 40;
const OLDER_PAGE = 100;
const KEPT_STEPS = 200;
const PAGES_BETWEEN = 50;

export interface Library {
  /** Fills the desk from the store. */
  open(): Promise<void>;
  /** The whole list, anew. Windows begin again: what came in between was not pushed. Throws `Fault`. */
  loadList(): Promise<void>;
  loadOrganisations(): Promise<void>;
  /** Asks once for those that are not known yet: they are new with a chat. */
  needOrganisations(organisations: readonly OrgId[]): Promise<void>;
  /** The chat, asked of the node if it is not on the desk; null: there is no such chat for this account. */
  chat(id: ChatId): Promise<Chat | null>;
  /** Of a general chat, whose members come and go without an act. */
  loadMemberCount(chat: Chat): Promise<void>;
  addChat(summary: ChatSummary): Chat;
  /** The chat's entries, read from the store if need be. */
  entries(chat: Chat): Promise<Map<string, Known>>;
  loadNewest(chat: Chat): Promise<void>;
  loadOlder(chat: Chat): Promise<void>;
  /** What lies between that place and the window, where it lies before the window: some thousands of entries at most. */
  loadBetween(chat: Chat, from: Known): Promise<void>;
  /** The window begins anew: more of the past is open than was. */
  loadAgain(chat: Chat): Promise<void>;
  loadDelivery(chat: Chat): Promise<void>;
  /** Profiles that are not known yet. */
  loadPeople(members: Iterable<MemberKey>): Promise<void>;
}

interface LibraryParts {
  readonly api: Api;
  readonly store: Store;
  readonly desk: Desk;
}

interface LoadedPage {
  readonly oldest: Place | null;
  readonly newest: Place | null;
  readonly more: boolean;
}

export function createLibrary(parts: LibraryParts): Library {
  return new Shelves(parts);
}

class Shelves implements Library {
  readonly #parts: LibraryParts;
  readonly #asked = new Set<MemberKey>();
  readonly #askedOrganisations = new Set<OrgId>();

  constructor(parts: LibraryParts) {
    this.#parts = parts;
  }

  async open(): Promise<void> {
    const { store, desk } = this.#parts;
    for (const record of (await store.list(STORE.chats)) as ChatRecord[]) {
      desk.chats.set(record.summary.chat, createChat(record));
    }
    for (const person of (await store.list(STORE.people)) as Person[]) {
      desk.people.set(memberKey(person.org, person.account), person);
    }
    for (const each of (await store.list(STORE.organisations)) as Organisation[]) {
      desk.organisations.set(each.org, each);
    }
  }

  async loadList(): Promise<void> {
    const { store, desk } = this.#parts;
    const { chats, arrival } = await this.#get('GET /api/v1/chats', {});
    const changes: Change[] = [{ dropAll: 'entry/' }, ...this.#dropGone(chats)];
    for (const summary of chats) {
      const chat = this.addChat(summary);
      Object.assign(chat, { entries: new Map(), floor: null, complete: false });
      const { preview, acceptedFrom } = chat.record;
      chat.record = { ...newRecord(summary), preview, ...(acceptedFrom && { acceptedFrom }) };
      chat.version++;
      changes.push({ key: STORE.chat(summary.chat), value: chat.record });
    }
    desk.arrival = arrival;
    desk.listed = true;
    await store.write([...changes, { key: STORE.session, value: { me: desk.me, arrival } }]);
  }

  #dropGone(listed: readonly ChatSummary[]): Change[] {
    const { chats } = this.#parts.desk;
    const here = new Set(listed.map(({ chat }) => chat));
    const gone = [...chats.keys()].filter((chat) => !here.has(chat));
    for (const chat of gone) chats.delete(chat);
    return gone.flatMap((chat) => [
      { key: STORE.chat(chat), drop: true },
      { dropAll: STORE.control(chat) },
      { dropAll: STORE.wraps(chat) },
    ]);
  }

  async loadOrganisations(): Promise<void> {
    const { store, desk } = this.#parts;
    const { organisations } = await this.#get('GET /api/v1/organisations', {});
    for (const each of organisations) desk.organisations.set(each.org, each);
    desk.version++;
    await store.write(organisations.map((each) => ({ key: STORE.organisation(each.org), value: each })));
  }

  async needOrganisations(organisations: readonly OrgId[]): Promise<void> {
    const isNew = (org: OrgId) => !this.#parts.desk.organisations.has(org) && !this.#askedOrganisations.has(org);
    const missing = organisations.filter(isNew);
    if (missing.length === 0) return;
    for (const org of missing) this.#askedOrganisations.add(org);
    await this.loadOrganisations().catch((error: unknown) => {
      for (const org of missing) this.#askedOrganisations.delete(org);
      throw error;
    });
  }

  async chat(id: ChatId): Promise<Chat | null> {
    const known = this.#parts.desk.chats.get(id);
    if (known) return known;
    const answer = await this.#parts.api.call('GET /api/v1/chats/:chat', { params: { chat: id } });
    return answer.ok ? this.addChat(answer.value) : null;
  }

  async loadMemberCount(chat: Chat): Promise<void> {
    if (chat.record.summary.kind !== 'general') return;
    const { members } = await this.#get('GET /api/v1/chats/:chat', { params: { chat: idOf(chat) } });
    chat.record = { ...chat.record, summary: { ...chat.record.summary, members } };
    chat.version++;
  }

  addChat(summary: ChatSummary): Chat {
    const { chats } = this.#parts.desk;
    const existing = chats.get(summary.chat);
    if (existing) {
      existing.record = { ...existing.record, summary };
      return existing;
    }
    const chat = createChat(newRecord(summary));
    chats.set(summary.chat, chat);
    return chat;
  }

  async entries(chat: Chat): Promise<Map<string, Known>> {
    if (chat.entries) return chat.entries;
    const stored = (await this.#parts.store.list(STORE.entries(idOf(chat)))) as Known[];
    // Somebody else may have read them meanwhile.
    chat.entries ??= new Map(stored.map((known) => [entryKey(known.entry.log, known.entry.seq), known]));
    this.#forgetOldest(chat);
    return chat.entries;
  }

  /** Of the chats that nobody looks at, only some stay in memory. */
  #forgetOldest(latest: Chat): void {
    const isIdle = (chat: Chat) => chat.entries !== null && chat !== latest && chat.watchers === 0;
    const idle = [...this.#parts.desk.chats.values()].filter(isIdle);
    for (const chat of idle.slice(0, Math.max(0, idle.length - LOADED_CHATS))) {
      Object.assign(chat, { entries: null, floor: chat.record.floor, complete: chat.record.complete });
    }
  }

  async loadNewest(chat: Chat): Promise<void> {
    await this.entries(chat);
    if (chat.floor || chat.complete) return;
    const { oldest, more } = await this.#page(chat, { limit: KEPT_ENTRIES });
    chat.floor = oldest;
    chat.complete = !more;
    const preview = newestPreview(chat, windowOf(chat)) ?? chat.record.preview;
    chat.record = { ...chat.record, preview, floor: oldest, complete: !more };
    chat.version++;
    const kept = windowOf(chat).map((each) => storedEntry(each));
    const trimmed = trimEntries(chat);
    await this.#parts.store.write([...kept, ...trimmed, { key: STORE.chat(idOf(chat)), value: chat.record }]);
  }

  async loadOlder(chat: Chat): Promise<void> {
    if (chat.complete || !chat.floor) return this.loadNewest(chat);
    const { oldest, more } = await this.#page(chat, { before: cursorOf(chat.floor), limit: OLDER_PAGE });
    if (oldest && comparePlaces(oldest, chat.floor) < 0) chat.floor = oldest;
    chat.complete = !more || !oldest;
    chat.version++;
  }

  async loadBetween(chat: Chat, from: Known): Promise<void> {
    let after = placeOf(from);
    for (let pages = 0; pages < PAGES_BETWEEN && chat.floor && comparePlaces(after, chat.floor) < 0; pages++) {
      const { newest, more } = await this.#page(chat, { after: cursorOf(after), limit: OLDER_PAGE });
      if (!newest || !more) return;
      after = newest;
    }
  }

  async loadAgain(chat: Chat): Promise<void> {
    Object.assign(chat, { floor: null, complete: false });
    await this.loadNewest(chat);
  }

  async #page(chat: Chat, query: { before?: string; after?: string; limit: number }): Promise<LoadedPage> {
    const reply = await this.#get('GET /api/v1/chats/:chat/entries', { params: { chat: idOf(chat) }, query });
    const into = await this.entries(chat);
    // A body that was pushed as erased in the meantime is not brought back by an older answer.
    const known = reply.entries.map((entry) => putEntry(into, knownFrom(withoutErased(into, entry), null)));
    const quiet = known.filter((each) => each.quiet);
    if (quiet.length > 0) await this.#parts.store.write(quiet.map(storedEntry));
    const places = known.map(placeOf).sort(comparePlaces);
    return { oldest: places[0] ?? null, newest: places.at(-1) ?? null, more: reply.more };
  }

  async loadDelivery(chat: Chat): Promise<void> {
    const { delivery } = await this.#get('GET /api/v1/chats/:chat/delivery', { params: { chat: idOf(chat) } });
    for (const row of delivery) addDelivery(chat, row);
  }

  async loadPeople(members: Iterable<MemberKey>): Promise<void> {
    const { store, desk } = this.#parts;
    const isMissing = (key: MemberKey) => !desk.people.has(key) && !this.#asked.has(key);
    const missing = [...members].filter(isMissing).slice(0, 500);
    if (missing.length === 0) return;
    for (const key of missing) this.#asked.add(key);
    const refs = missing.map((key) => key.split('/') as [OrgId, AccountId]);
    try {
      const body = { members: refs.map(([org, account]) => ({ org, account })) };
      const { people } = await this.#get('POST /api/v1/people', { body });
      for (const person of people) desk.people.set(memberKey(person.org, person.account), person);
      desk.version++;
      await store.write(people.map((each) => ({ key: STORE.person(`${each.org}/${each.account}`), value: each })));
    } catch (error) {
      // Who has no profile here yet is not asked for again: it comes by the socket. Who could not be asked for is.
      for (const key of missing) this.#asked.delete(key);
      throw error;
    }
  }

  async #get<K extends RouteKey>(key: K, input: InputOf<K>): Promise<ReplyOf<K>> {
    const answer = await this.#parts.api.call(key, input);
    if (!answer.ok) throw new Fault(`${key} was refused: ${answer.refusal.code}`);
    return answer.value;
  }
}

/** Keeps when each was confirmed, as far back as screens look; an older row changes nothing. */
export function addDelivery(chat: Chat, { log, org, seq, at }: Omit<Delivery, 'chat'>): void {
  const steps = chat.delivery.get(`${log}/${org}`) ?? [];
  if ((steps.at(-1)?.seq ?? 0) >= seq) return;
  chat.delivery.set(`${log}/${org}`, [...steps.slice(-KEPT_STEPS), { seq, at }]);
  chat.deliveries++;
}

function withoutErased(into: ReadonlyMap<string, Known>, entry: Entry): Entry {
  const known = into.get(entryKey(entry.log, entry.seq))?.entry;
  if (!known) return entry;
  return { ...entry, body: known.body === null ? null : entry.body, void: entry.void ?? known.void };
}

function idOf(chat: Chat): ChatId {
  return chat.record.summary.chat;
}

function storedEntry(known: Known): Change {
  const { chat, log, seq } = known.entry;
  return { key: STORE.entry(chat, log, seq), value: known };
}

/** Where the store keeps it; nothing where it lies before what the store keeps, and is not said of something else. */
export function keptEntry(chat: Chat, known: Known): Change[] {
  return known.quiet || isInWindow(chat.record, known.entry) ? [storedEntry(known)] : [];
}
