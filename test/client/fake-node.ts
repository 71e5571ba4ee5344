// A node in memory that keeps the contract as far as the messenger's tests need it: one direct chat, whose control log needs no
// signatures. It can lose answers after doing what was asked, cut connections, and cut its pushes into frames as it likes.
import type { ChatSummary, Entry, Me, Person, RefusalReply, Stored } from '../../protocol/api/shapes.ts';
import type { FromClient, Push } from '../../protocol/api/socket.ts';
import { actHash, act as actShape } from '../../protocol/chat/act.ts';
import { chatIdOf, directGenesis } from '../../protocol/chat/genesis.ts';
import { encode } from '../../protocol/codec.ts';
import { hlcFromMs } from '../../protocol/hlc.ts';
import {
  type AccountId,
  type ChatId,
  type EntryId,
  type Hash,
  type IdKind,
  type IdOf,
  idBytes,
  idFromBytes,
  type LogId,
} from '../../protocol/ids.ts';
import { logIdOf } from '../../protocol/log/block.ts';
import { decodeBody, type MemberRef, type MessageBody } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { fromBase64, toBase64 } from '../../web/client/base64.ts';
import { composeMessage, composeRequest } from '../../web/client/compose.ts';
import { comparePlaces } from '../../web/client/order.ts';
import type { Fetch, OpenSocket, SocketHandlers } from '../../web/client/ports.ts';
import { refusalOf } from '../../web/client/refusal.ts';
import { saidBytes } from '../../web/client/said.ts';
import type { World } from './world.ts';

function idOf<K extends IdKind>(kind: K, fill: number): IdOf[K] {
  return idFromBytes(kind, new Uint8Array(kind === 'account' || kind === 'device' ? 16 : 32).fill(fill));
}

const OPENED_AT = 0;
export const ME: Me = {
  org: idOf('org', 1),
  account: idOf('account', 1),
  device: idOf('device', 1),
  address: 'anna@acme.test',
  name: 'Anna',
  orgName: 'Acme',
  domain: 'acme.test',
  administrator: false,
  mayBringOutsiders: true,
  opKey: toBase64(new Uint8Array(32)),
  keySeq: 0,
};
export const BOB = { org: idOf('org', 2), account: idOf('account', 2), device: idOf('device', 2) };
const BOB_PERSON: Person = {
  org: BOB.org,
  account: BOB.account,
  address: 'bob@globex.test',
  name: 'Bob',
  orgName: 'Globex',
  outsider: true,
  disabled: false,
};
const side = ({ org, account }: { org: Me['org']; account: AccountId }) => ({
  org,
  account,
  enrolHash: new Uint8Array(0),
});
const GENESIS = directGenesis(side(ME), side(BOB), 0);
export const CHAT: ChatId = chatIdOf(GENESIS);
export const MY_LOG: LogId = logIdOf(CHAT, ME.org, OPENED_AT);
const BOB_LOG: LogId = logIdOf(CHAT, BOB.org, OPENED_AT);

export interface Trouble {
  /** Chance that an answer is lost after what was asked has been done; and that a request never arrives. */
  lostAnswer: number;
  lostRequest: number;
  /** Chance, for each push, that the connection ends before it. */
  cut: number;
  down: boolean;
  signedOut: boolean;
  /** Too busy to say who is signed in. */
  busy: boolean;
  refuse: RefusalCode | null;
}

type Durable = Extract<Push, { arrival: number }>;
type DurableWithout = Durable extends infer P ? (P extends { arrival: number } ? Omit<P, 'arrival'> : never) : never;
type Asked = { body?: string; arrival?: number };

interface Connected {
  readonly handlers: SocketHandlers;
  greeted: boolean;
  over: boolean;
}

export class FakeNode {
  readonly trouble: Trouble = {
    ...{ lostAnswer: 0, lostRequest: 0, cut: 0 },
    ...{ down: false, signedOut: false, busy: false, refuse: null },
  };
  readonly entries: Entry[] = [];
  /** What it says of the chat when asked; null: that there is none. */
  standing: ChatSummary['standing'] | null = 'member';
  readonly pushes: Durable[] = [];
  submissions = 0;
  readonly #world: World;
  readonly #acts: { bytes: string; signature: string }[] = [];
  readonly #taken = new Map<string, Entry>();
  readonly #connected = new Set<Connected>();
  readonly #seqs = new Map<LogId, number>();
  #head: { cpos: number; hash: Hash; hlc: number } = { cpos: 0, hash: idBytes(CHAT), hlc: 0 };
  #arrival = 0;
  #hlc: number;
  #readTo = 0;
  #resync = false;

  constructor(world: World) {
    this.#world = world;
    this.#hlc = hlcFromMs(world.now());
  }

  readonly fetch: Fetch = async (url, { method, body }) => {
    await Promise.resolve();
    const { trouble } = this;
    if (trouble.down || this.#world.chance() < trouble.lostRequest) throw new TypeError('no network');
    const { pathname, searchParams } = new URL(url, 'http://fake');
    const value = this.#answer(`${method} ${pathname}`, searchParams, JSON.parse(body ?? '{}'));
    if (this.#world.chance() < trouble.lostAnswer) throw new TypeError('connection reset');
    const refusal = (value as { refusal?: unknown }).refusal;
    return { status: refusal ? 400 : 200, text: async () => JSON.stringify(refusal ?? value) };
  };

  readonly openSocket: OpenSocket = (handlers) => {
    const it: Connected = { handlers, greeted: false, over: false };
    this.#world.after(1, () => {
      if (this.trouble.down || this.trouble.signedOut) {
        this.#end(it);
        return;
      }
      this.#connected.add(it);
      handlers.onOpen();
    });
    return {
      send: (text) => this.#receive(it, JSON.parse(text)),
      close: () => {
        it.over = true;
        this.#connected.delete(it);
      },
    };
  };

  /** Bob writes, at this time if it is not now. */
  bobWrites(text: string, atMs = this.#world.now(), entryId?: EntryId): Entry {
    const written = {
      entryId: entryId ?? idFromBytes('entry', this.#world.random.bytes(16)),
      logId: BOB_LOG,
      head: { cpos: this.#head.cpos, chash: this.#head.hash },
      authorTime: atMs,
      alert: { level: 1, mentions: [] },
      content: saidBytes({ type: 'text', text: text }),
    };
    const hlc = hlcFromMs(atMs) + (this.#seqs.get(BOB_LOG) ?? 0);
    return this.#append(BOB_LOG, BOB, composeMessage(this.#world.random, BOB, written), 'message', hlc);
  }

  /** The hub orders an act: a new head. */
  order(): void {
    const request = composeRequest(this.#world.random, BOB, CHAT, [{ is: 'accept', identity: new Uint8Array() }]);
    const { seq } = this.#append(BOB_LOG, BOB, request, 'request', this.#nextHlc());
    const { cpos, hash: prevHash } = this.#head;
    const cause = { is: 'request', logId: BOB_LOG, seq, index: 0, body: request } as const;
    const act = {
      v: 1,
      chatId: CHAT,
      term: 0,
      keySeq: 0,
      cpos: cpos + 1,
      prevHash,
      hlc: this.#nextHlc(),
      cause,
    } as const;
    const bytes = encode(actShape, { ...act, cuts: [], frontier: [] });
    this.#head = { cpos: cpos + 1, hash: actHash(bytes), hlc: act.hlc };
    const signed = { bytes: toBase64(bytes), signature: toBase64(new Uint8Array(64)) };
    this.#acts.push(signed);
    this.push({ t: 'act', chat: CHAT, cpos: cpos + 1, ...signed, looks: [] });
  }

  push(without: DurableWithout): void {
    const made = { ...without, arrival: ++this.#arrival } as Durable;
    this.pushes.push(made);
    for (const each of this.#connected) if (each.greeted) this.#deliver(each, [made]);
  }

  erase(log: LogId, seq: number): void {
    this.#change(log, seq, { body: null });
    this.push({ t: 'erased', chat: CHAT, log, seq });
  }

  void(log: LogId, seq: number): void {
    this.#change(log, seq, { void: 'past_cut' });
    this.push({ t: 'void', chat: CHAT, log, seq, code: 'past_cut' });
  }

  #change(log: LogId, seq: number, to: Partial<Entry>): void {
    const at = this.entries.findIndex((entry) => entry.log === log && entry.seq === seq);
    this.entries[at] = { ...(this.entries[at] as Entry), ...to };
  }

  /** Pushes of the moment, to whoever is connected. */
  tell(push: Push): void {
    for (const each of this.#connected) if (each.greeted) this.#deliver(each, [push]);
  }

  cutAll(): void {
    for (const each of this.#connected) this.#end(each);
  }

  resyncNext(): void {
    this.#resync = true;
  }

  /** In frames of chance sizes; the connection may end before each push. */
  #deliver(to: Connected, list: readonly Push[]): void {
    let frame: Push[] = [];
    const flush = () => {
      if (frame.length > 0 && !to.over) to.handlers.onText(JSON.stringify(frame.length === 1 ? frame[0] : frame));
      frame = [];
    };
    for (const each of list) {
      if (this.#world.chance() < this.trouble.cut) {
        flush();
        this.#end(to);
        return;
      }
      frame.push(each);
      if (this.#world.chance() < 0.4) flush();
    }
    flush();
  }

  #end(it: Connected): void {
    if (it.over) return;
    it.over = true;
    this.#connected.delete(it);
    it.handlers.onClose();
  }

  #receive(it: Connected, message: FromClient): void {
    if (it.over) return;
    if (message.t === 'hello') {
      it.greeted = true;
      const missed = this.#resync
        ? [{ t: 'resync' } as const]
        : this.pushes.filter(({ arrival }) => arrival > message.from);
      this.#resync = false;
      this.#deliver(it, [...missed, { t: 'ready', arrival: this.#arrival }]);
    } else if (message.t === 'submit') {
      this.#answerSubmit(it, message.id, message.body);
    }
  }

  #answerSubmit(it: Connected, id: number, body: string): void {
    const isLost = this.#world.chance() < this.trouble.lostRequest;
    const answer = isLost ? null : this.#submit(fromBase64(body));
    if (!answer || this.#world.chance() < this.trouble.lostAnswer) this.#end(it);
    else if (answer.stored) this.#deliver(it, [{ t: 'stored', id, ...answer.stored }]);
    else this.#deliver(it, [{ t: 'refused', id, ...answer.refusal }]);
  }

  /** As a node does: checked, stored once, then answered. */
  #submit(bytes: Uint8Array): { refusal: RefusalReply; stored?: never } | { refusal?: never; stored: Stored } {
    this.submissions++;
    const read = decodeBody('message', bytes);
    if (!read.ok) return { refusal: refusalOf(read.refusal.code) };
    const body = read.value.body as MessageBody;
    if (this.trouble.refuse) return { refusal: refusalOf(this.trouble.refuse) };
    const before = this.#taken.get(body.entryId);
    const isStale = body.cpos !== this.#head.cpos || toBase64(body.chash) !== toBase64(this.#head.hash);
    if (!before && isStale) return { refusal: refusalOf('stale_head') };
    const entry = before ?? this.#append(MY_LOG, ME, bytes, 'message', this.#nextHlc());
    this.#taken.set(body.entryId, entry);
    return { stored: { log: entry.log, seq: entry.seq, arrival: entry.arrival, hlc: entry.hlc } };
  }

  #append(log: LogId, author: MemberRef, body: Uint8Array, kind: Entry['kind'], hlc: number): Entry {
    const seq = (this.#seqs.get(log) ?? 0) + 1;
    this.#seqs.set(log, seq);
    const { org, account } = author;
    const place = { chat: CHAT, log, org, seq, kind, account, cpos: this.#head.cpos, hlc };
    const entry: Entry = { arrival: this.#arrival + 1, ...place, body: toBase64(body), void: null };
    this.entries.push(entry);
    this.push({ t: 'entry', ...entry });
    return entry;
  }

  #nextHlc(): number {
    this.#hlc = Math.max(this.#hlc + 1, hlcFromMs(this.#world.now()));
    return this.#hlc;
  }

  #answer(route: string, query: URLSearchParams, asked: Asked): unknown {
    const chat = `/api/v1/chats/${CHAT}`;
    const routes: Record<string, () => unknown> = {
      'GET /api/v1/session': () => ({ me: ME }),
      'DELETE /api/v1/session': () => ({}),
      'GET /api/v1/chats': () => ({ chats: [this.#summary()], arrival: this.#arrival }),
      [`GET ${chat}`]: () => (this.standing ? this.#summary() : { refusal: refusalOf('not_found') }),
      [`GET ${chat}/control`]: () => this.#control(Number(query.get('from') ?? 0)),
      [`GET ${chat}/entries`]: () => this.#page(Number(query.get('limit') ?? 50), query.get('before')),
      [`GET ${chat}/delivery`]: () => ({ delivery: [] }),
      [`POST ${chat}/messages`]: () => {
        const { refusal, stored } = this.#submit(fromBase64(asked.body ?? ''));
        return stored ?? { refusal };
      },
      [`POST ${chat}/read`]: () => this.#read(asked.arrival ?? 0),
      'POST /api/v1/people': () => ({ people: [BOB_PERSON] }),
      'GET /api/v1/organisations': () => ({ organisations: [] }),
    };
    if (route === 'GET /api/v1/node') return { name: 'Acme', domain: 'acme.test', org: ME.org, version: '0' };
    if (this.trouble.signedOut) return { refusal: refusalOf('not_signed_in') };
    if (this.trouble.busy && route === 'GET /api/v1/session') return { refusal: refusalOf('overloaded') };
    return routes[route]?.() ?? { refusal: refusalOf('not_found') };
  }

  #read(to: number): object {
    this.#readTo = Math.max(this.#readTo, to);
    this.push({ t: 'read', chat: CHAT, to: this.#readTo, unread: this.#summary().unread });
    return {};
  }

  #control(from: number): object {
    const genesis = from === 0 ? toBase64(GENESIS) : null;
    return { chat: CHAT, genesis, acts: this.#acts.slice(Math.max(0, from - 1)), looks: [], head: this.#head.cpos };
  }

  #page(limit: number, before: string | null): object {
    const [hlc = '', org = '', seq = ''] = before?.split('.') ?? [];
    const place = { hlc: Number(hlc), org: org as Me['org'], seq: Number(seq) };
    const sorted = [...this.entries].sort(comparePlaces);
    const earlier = sorted.filter((entry) => !before || comparePlaces(entry, place) < 0);
    return { entries: earlier.slice(-limit), more: earlier.length > limit };
  }

  /** Of a public chat: what is shown here does not hang on sealing, which this node knows nothing of. */
  #summary(): ChatSummary {
    const messages = this.entries.filter((entry) => entry.kind === 'message');
    const unread = messages.filter(({ org, arrival, void: v }) => org !== ME.org && arrival > this.#readTo && !v);
    const { cpos, hash, hlc } = this.#head;
    return {
      ...{ chat: CHAT, kind: 'public', suite: 0, standing: this.standing ?? 'ended', invitedBy: null },
      organisations: [ME.org, BOB.org],
      ...{ other: { org: BOB.org, account: BOB.account }, members: 2, logId: MY_LOG, look: null, readOnly: null },
      ...{ head: { cpos, chash: toBase64(hash), hlc }, unread: unread.length, mentions: 0, readTo: this.#readTo },
      ...{ lastArrival: messages.at(-1)?.arrival ?? 0, lastTime: 0 },
    };
  }
}
