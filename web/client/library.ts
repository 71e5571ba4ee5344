/**
 * What the desk reads: from the store at the start, from the node where the store has nothing. Always holds: a page of entries
 * joins the window without a gap, because everything newer comes by the socket.
 */

import type { ReplyOf, RouteKey } from '../../protocol/api/contract.ts';
import type { ChatSummary, Entry } from '../../protocol/api/shapes.ts';
import { type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { Fault } from '../../protocol/result.ts';
import type { Api, InputOf } from './api.ts';
import { type Chat, type ChatRecord, createChat, type Desk, entryKey, type Known, newRecord } from './desk.ts';
import {
  isInWindow,
  KEPT_ENTRIES,
  knownFrom,
  newestPreview,
  placeOf,
  putEntry,
  trimEntries,
  windowOf,
} from './entries.ts';
import { STORE } from './keys.ts';
import { comparePlaces, cursorOf } from './order.ts';
import type { Change, Store } from './ports.ts';

const LOADED_CHATS = 40;
const OLDER_PAGE = 100;

export interface Library {
  /** Fills the desk from the store. */
  open(): Promise<void>;
  /** The whole list, anew. Windows begin again: what came in between was not pushed. Throws `Fault`. */
  loadList(): Promise<void>;
  loadOrganisations(): Promise<void>;
  /** The chat, asked of the node if it is not on the desk; null: there is no such chat for this account. */
  chat(id: ChatId): Promise<Chat | null>;
  addChat(summary: ChatSummary): Chat;
  /** The chat's entries, read from the store if need be. */
  entries(chat: Chat): Promise<Map<string, Known>>;
  loadNewest(chat: Chat): Promise<void>;
  loadOlder(chat: Chat): Promise<void>;
  loadDelivery(chat: Chat): Promise<void>;
  /** Profiles that are not known yet. */
  loadPeople(members: Iterable<MemberKey>): Promise<void>;
}

export function createLibrary({ api, store, desk }: { api: Api; store: Store; desk: Desk }): Library {
  const asked = new Set<MemberKey>();

  async function get<K extends RouteKey>(key: K, input: InputOf<K>): Promise<ReplyOf<K>> {
    const answer = await api.call(key, input);
    if (!answer.ok) throw new Fault(`${key} was refused: ${answer.refusal.code}`);
    return answer.value;
  }

  function addChat(summary: ChatSummary): Chat {
    const existing = desk.chats.get(summary.chat);
    if (existing) {
      existing.record = { ...existing.record, summary };
      return existing;
    }
    const chat = createChat(newRecord(summary));
    desk.chats.set(summary.chat, chat);
    return chat;
  }

  async function loadList(): Promise<void> {
    const { chats, arrival } = await get('GET /api/v1/chats', {});
    const before = desk.listed ? [...desk.chats.values()] : [];
    const changes: Change[] = [{ dropAll: 'entry/' }];
    const here = new Set(chats.map(({ chat }) => chat));
    for (const { record } of before) {
      const { chat } = record.summary;
      if (here.has(chat)) continue;
      desk.chats.delete(chat);
      changes.push({ key: STORE.chat(chat), drop: true }, { dropAll: STORE.control(chat) });
    }
    for (const summary of chats) {
      const chat = addChat(summary);
      Object.assign(chat, { entries: new Map(), floor: null, complete: false });
      chat.record = { ...newRecord(summary), preview: chat.record.preview };
      chat.version++;
      changes.push({ key: STORE.chat(summary.chat), value: chat.record });
    }
    desk.arrival = arrival;
    desk.listed = true;
    await store.write([...changes, { key: STORE.session, value: { me: desk.me, arrival } }]);
  }

  async function entries(chat: Chat): Promise<Map<string, Known>> {
    if (chat.entries) return chat.entries;
    const stored = (await store.list(STORE.entries(chat.record.summary.chat))) as Known[];
    // Somebody else may have read them meanwhile.
    chat.entries ??= new Map(stored.map((known) => [entryKey(known.entry.log, known.entry.seq), known]));
    forgetOldest(chat);
    return chat.entries;
  }

  /** Of the chats that nobody looks at, only some stay in memory. */
  function forgetOldest(latest: Chat): void {
    const loaded = [...desk.chats.values()].filter((chat) => chat.entries && chat !== latest && chat.watchers === 0);
    for (const chat of loaded.slice(0, Math.max(0, loaded.length - LOADED_CHATS))) {
      Object.assign(chat, { entries: null, floor: chat.record.floor, complete: chat.record.complete });
    }
  }

  async function page(chat: Chat, before: string | undefined, limit: number) {
    const params = { chat: chat.record.summary.chat };
    const query = before === undefined ? { limit } : { before, limit };
    const reply = await get('GET /api/v1/chats/:chat/entries', { params, query });
    const into = await entries(chat);
    // A body that was pushed as erased in the meantime is not brought back by an older answer.
    const known = reply.entries.map((entry) => putEntry(into, knownFrom(withoutErased(into, entry), null)));
    return { known, more: reply.more };
  }

  async function loadNewest(chat: Chat): Promise<void> {
    await entries(chat);
    if (chat.floor || chat.complete) return;
    const { known, more } = await page(chat, undefined, KEPT_ENTRIES);
    // An empty page of a chat that says there is more would begin nowhere.
    const oldest = known.map(placeOf).sort(comparePlaces)[0] ?? null;
    chat.floor = oldest;
    chat.complete = !more;
    const preview = newestPreview(windowOf(chat)) ?? chat.record.preview;
    chat.record = { ...chat.record, preview, floor: oldest, complete: !more };
    chat.version++;
    const kept = windowOf(chat).map((each) => storedEntry(each));
    await store.write([...kept, ...trimEntries(chat), { key: STORE.chat(idOf(chat)), value: chat.record }]);
  }

  return {
    async open() {
      for (const record of (await store.list(STORE.chats)) as ChatRecord[]) {
        desk.chats.set(record.summary.chat, createChat(record));
      }
      for (const person of (await store.list(STORE.people)) as ReplyOf<'POST /api/v1/people'>['people']) {
        desk.people.set(memberKey(person.org, person.account), person);
      }
      const organisations = await store.list(STORE.organisations);
      for (const each of organisations as ReplyOf<'GET /api/v1/organisations'>['organisations']) {
        desk.organisations.set(each.org, each);
      }
    },
    loadList,
    async loadOrganisations() {
      const { organisations } = await get('GET /api/v1/organisations', {});
      for (const each of organisations) desk.organisations.set(each.org, each);
      desk.version++;
      await store.write(organisations.map((each) => ({ key: STORE.organisation(each.org), value: each })));
    },
    async chat(id) {
      const known = desk.chats.get(id);
      if (known) return known;
      const answer = await api.call('GET /api/v1/chats/:chat', { params: { chat: id } });
      return answer.ok ? addChat(answer.value) : null;
    },
    addChat,
    entries,
    loadNewest,
    async loadOlder(chat) {
      if (chat.complete || !chat.floor) return loadNewest(chat);
      const { known, more } = await page(chat, cursorOf(chat.floor), OLDER_PAGE);
      const oldest = known.map(placeOf).sort(comparePlaces)[0];
      if (oldest && comparePlaces(oldest, chat.floor) < 0) chat.floor = oldest;
      chat.complete = !more || !oldest;
      chat.version++;
    },
    async loadDelivery(chat) {
      const params = { chat: idOf(chat) };
      const { delivery } = await get('GET /api/v1/chats/:chat/delivery', { params });
      for (const { log, org, seq, at } of delivery) {
        const steps = chat.delivery.get(`${log}/${org}`) ?? [];
        if ((steps.at(-1)?.seq ?? 0) < seq) chat.delivery.set(`${log}/${org}`, [...steps, { seq, at }]);
      }
      chat.version++;
    },
    async loadPeople(members) {
      const missing = [...members].filter((key) => !desk.people.has(key) && !asked.has(key)).slice(0, 500);
      if (missing.length === 0) return;
      for (const key of missing) asked.add(key);
      const refs = missing.map((key) => {
        const [org, account] = key.split('/');
        return { org, account };
      });
      const body = { members: refs } as InputOf<'POST /api/v1/people'>['body'];
      try {
        const { people } = await get('POST /api/v1/people', { body });
        for (const person of people) desk.people.set(memberKey(person.org, person.account), person);
        desk.version++;
        await store.write(people.map((each) => ({ key: STORE.person(`${each.org}/${each.account}`), value: each })));
      } catch (error) {
        // Who has no profile here yet is not asked for again: it comes by the socket. Who could not be asked for is.
        for (const key of missing) asked.delete(key);
        throw error;
      }
    },
  };
}

function withoutErased(into: ReadonlyMap<string, Known>, entry: Entry): Entry {
  const known = into.get(entryKey(entry.log, entry.seq))?.entry;
  if (!known) return entry;
  return { ...entry, body: known.body === null ? null : entry.body, void: entry.void ?? known.void };
}

function idOf(chat: Chat): ChatId {
  return chat.record.summary.chat;
}

export function storedEntry(known: Known): Change {
  const { chat, log, seq } = known.entry;
  return { key: STORE.entry(chat, log, seq), value: known };
}

/** Where the store keeps it; nothing where it lies before what the store keeps. */
export function keptEntry(chat: Chat, known: Known): Change[] {
  return isInWindow(chat.record, known.entry) ? [storedEntry(known)] : [];
}
