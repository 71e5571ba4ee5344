/**
 * The keys of the desk's sealed chats (SEAL 4): wraps are fetched, kept as they are in the store, and opened when something
 * asks for what they hold. Always holds: a derived secret lies in memory only; what a wrap says is believed as far as the control
 * log's commitments bear it out; what lacks is known, and found by itself when it comes.
 */
import type { Wrap } from '../../protocol/api/shapes.ts';
import { segmentsFor } from '../../protocol/chat/openings.ts';
import { type ChatState, memberKey } from '../../protocol/chat/state.ts';
import type { AccountId, Cpos, OrgId } from '../../protocol/ids.ts';
import { Fault } from '../../protocol/result.ts';
import { directSecret } from '../../protocol/seal/direct.ts';
import type { KnownSecret } from '../../protocol/seal/epochs.ts';
import { openWrap, type WrapInside } from '../../protocol/seal/wrap.ts';
import { importPair, type X25519Pair } from '../../protocol/seal/x25519.ts';
import type { Api } from './api.ts';
import { fromBase64 } from './base64.ts';
import { type ChatSeal, Seal } from './chat-seal.ts';
import type { Chat } from './desk.ts';
import type { Keyring } from './keyring.ts';
import { STORE } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { Store } from './ports.ts';

export interface ChatKeys {
  /**
   * With the secrets of these positions and of the head, as far as they can be had; asks the node once for wraps that are not
   * here. Null: the chat is not sealed, or its control log is not here or does not hold.
   */
  open(chat: Chat, positions?: Iterable<Cpos>): Promise<ChatSeal | null>;
  /** As `open`, with everything that any wrap here gives. */
  openAll(chat: Chat): Promise<ChatSeal | null>;
  /** The node has wraps from this position on. */
  wrapsCame(chat: Chat, from: Cpos): Promise<void>;
  /** The account has drawn these; they count if the request that names them is ordered. */
  expect(chat: Chat, drawn: readonly KnownSecret[]): void;
  /** Asks the node again for everything: pushes were missed. */
  forgetFetched(): void;
}

interface ChatKeysParts {
  readonly api: Api;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly keyring: Keyring;
  readonly changed: (chat: Chat) => void;
}

export function createChatKeys(parts: ChatKeysParts): ChatKeys {
  return new AllKeys(parts);
}

class AllKeys implements ChatKeys {
  readonly #parts: ChatKeysParts;
  readonly #turns = new WeakMap<Chat, Promise<unknown>>();
  /** Generations of the user key that were newer than the known ones. */
  readonly #askedFor = new Set<number>();
  readonly #pairs = new Map<number, Promise<X25519Pair>>();
  /** Counts when pushes were missed: all wraps are asked for once in each, from then on the node tells. */
  #run = 1;
  readonly #expected = new WeakMap<Chat, readonly KnownSecret[]>();

  constructor(parts: ChatKeysParts) {
    this.#parts = parts;
  }

  open(chat: Chat, positions: Iterable<Cpos> = []): Promise<ChatSeal | null> {
    return this.#inTurn(chat, () => this.#withSecrets(chat, positions));
  }

  openAll(chat: Chat): Promise<ChatSeal | null> {
    return this.#inTurn(chat, async () => {
      const seal = await this.#withSecrets(chat, []);
      if (!seal) return null;
      if (seal.fetchedIn !== this.#run) await this.#fetch(seal, 0);
      for (let next = seal.nextFor(0); next !== null; next = seal.nextFor(0)) await this.#try(seal, next);
      return seal;
    });
  }

  async wrapsCame(chat: Chat, from: Cpos): Promise<void> {
    await this.#inTurn(chat, async () => {
      const seal = await this.#sealOf(chat);
      if (!seal) return;
      const before = seal.version;
      const wasLacking = seal.isLacking();
      await this.#fetch(seal, from);
      await this.#reachAll(seal, [seal.state.head.cpos, ...seal.missed]);
      if (seal.version !== before || wasLacking) this.#changed(chat);
    });
  }

  expect(chat: Chat, drawn: readonly KnownSecret[]): void {
    if (drawn.length === 0) return;
    this.#expected.set(chat, [...(this.#expected.get(chat) ?? []), ...drawn].slice(-16));
  }

  forgetFetched(): void {
    this.#run++;
  }

  /** One after the other for each chat. */
  #inTurn<T>(chat: Chat, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(chat) ?? Promise.resolve()).then(work);
    this.#turns.set(
      chat,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async #withSecrets(chat: Chat, positions: Iterable<Cpos>): Promise<Seal | null> {
    const seal = await this.#sealOf(chat);
    if (!seal) return null;
    const before = seal.version;
    // Before the first rekey there is nothing to have.
    const wanted = [seal.state.head.cpos, ...positions].filter((p) => (seal.state.segments[0]?.at ?? p + 1) <= p);
    await this.#reachAll(seal, wanted);
    if (seal.version !== before) this.#changed(chat);
    return seal;
  }

  #changed(chat: Chat): void {
    chat.version++;
    this.#parts.changed(chat);
  }

  async #sealOf(chat: Chat): Promise<Seal | null> {
    const control = await orFault(this.#parts.ledger.open(chat), chat.control);
    if (!control || control.state.suite === 0) {
      chat.seal = null;
      return null;
    }
    const before = chat.seal as Seal | null;
    const isDirect = control.state.kind === 'direct';
    if (before?.state === control.state && (before.hasDirect || !isDirect)) return this.#withExpected(chat, before);
    const direct = isDirect ? await this.#directSecret(control.state) : null;
    if (before?.state === control.state && !direct) return this.#withExpected(chat, before);
    const seal = new Seal(control.state, direct, () => chat.control?.founding.look ?? null);
    seal.version = (before?.version ?? 0) + 1;
    for (const wrap of (await this.#parts.store.list(STORE.wraps(control.state.chatId))) as Wrap[]) {
      seal.untried.set(wrap.cpos, wrap);
    }
    chat.seal = seal;
    return this.#withExpected(chat, seal);
  }

  #withExpected(chat: Chat, seal: Seal): Seal {
    const expected = this.#expected.get(chat);
    if (!expected) return seal;
    const waiting = expected.filter(({ at }) => at > seal.state.head.cpos);
    for (const known of expected) {
      if (known.at <= seal.state.head.cpos && seal.epochs.learn(known).ok) seal.version++;
    }
    if (waiting.length > 0) this.#expected.set(chat, waiting);
    else this.#expected.delete(chat);
    return seal;
  }

  /** Null: the own first user key is lost, or the other side has never had keys. */
  async #directSecret(state: ChatState): Promise<Uint8Array | null> {
    const { keyring } = this.#parts;
    const { genesis } = state;
    const own = keyring.userKey(1);
    if (genesis.is !== 'direct' || !own) return null;
    const other = [genesis.a, genesis.b].find((side) => side.org !== keyring.org || side.account !== keyring.account);
    if (!other) return null;
    const pinned = state.members.get(memberKey(other.org, other.account))?.pins[0]?.identity;
    const identity = pinned ?? (await keyring.identityOf(other.org, other.account))?.identity;
    if (!identity || `${identity.enrolHash}` !== `${other.enrolHash}`) return null;
    const secret = await directSecret(state.chatId, own, identity.enrolUk);
    return secret.ok ? secret.value : null;
  }

  /** Opens what wraps it takes; asks the node, once, where those that are here do not do. */
  async #reachAll(seal: Seal, positions: readonly Cpos[]): Promise<void> {
    const lacking = async () => {
      const missed: Cpos[] = [];
      for (const p of positions) if (!(await this.#reach(seal, p))) missed.push(p);
      return missed;
    };
    let missed = await lacking();
    if (missed.length > 0 && seal.fetchedIn !== this.#run) {
      await orFault(this.#fetch(seal, 0), undefined);
      missed = await lacking();
    }
    const { org, account } = this.#parts.keyring;
    for (const p of missed) if (mayOpen(seal.state, org, account, p)) seal.missed.add(p);
  }

  /** A rekey's wrap comes with it, a supply's later: the nearest before is tried first, then those after. */
  async #reach(seal: Seal, p: Cpos): Promise<boolean> {
    while (!seal.secretAt(p)) {
      const next = seal.nextFor(p);
      if (next === null) return false;
      await this.#try(seal, next);
    }
    return true;
  }

  async #try(seal: Seal, cpos: Cpos): Promise<void> {
    const wrap = seal.untried.get(cpos);
    if (!wrap) return;
    const { cpos: head } = seal.state.head;
    const opened = await this.#openWrap(seal, wrap);
    if (opened?.secrets.some(({ at }) => at > head)) {
      seal.parked.set(cpos, head);
      return;
    }
    seal.untried.delete(cpos);
    seal.tried.add(cpos);
    if (!opened) return;
    for (const { cpos: at, key } of opened.lookKeys) seal.lookKeys.set(at, key);
    for (const known of opened.secrets) if (!seal.epochs.learn(known).ok) seal.hasBadWrap = true;
    seal.version++;
  }

  /** Null: it does not open, or it is for a user key that is lost. */
  async #openWrap(seal: Seal, { base, ukGen, sealed }: Wrap): Promise<WrapInside | null> {
    const pair = await this.#pairOf(ukGen);
    if (!pair) return null;
    const { org, account } = this.#parts.keyring;
    const madeFor = { cpos: base.cpos, chash: fromBase64(base.chash) };
    const place = { chatId: seal.state.chatId, base: madeFor, org, account, ukGen };
    const opened = await openWrap(place, pair, fromBase64(sealed));
    if (!opened.ok) seal.hasBadWrap = true;
    return opened.ok ? opened.value : null;
  }

  async #pairOf(generation: number): Promise<X25519Pair | null> {
    const known = this.#pairs.get(generation);
    if (known) return known;
    const secret = await this.#userKey(generation);
    if (!secret) return null;
    const pair = importPair(secret);
    this.#pairs.set(generation, pair);
    return pair;
  }

  /** Another device of the account may have made it since: asked once for each. */
  async #userKey(generation: number): Promise<Uint8Array | null> {
    const { keyring } = this.#parts;
    const isNew = generation > keyring.identity().ukGen && !this.#askedFor.has(generation);
    if (isNew) {
      await keyring.refresh();
      this.#askedFor.add(generation);
    }
    return keyring.userKey(generation);
  }

  /** Some at a time, until none is left. */
  async #fetch(seal: Seal, from: Cpos): Promise<void> {
    const { api, store } = this.#parts;
    const chat = seal.state.chatId;
    for (let next = from; ; ) {
      const params = { chat };
      const answer = await api.call('GET /api/v1/chats/:chat/wraps', { params, query: { from: next } });
      if (!answer.ok) throw new Fault(`the wraps were refused: ${answer.refusal.code}`);
      const { wraps } = answer.value;
      const fresh = wraps.filter(({ cpos }) => !seal.tried.has(cpos) && !seal.untried.has(cpos));
      if (fresh.length > 0) {
        await store.write(fresh.map((wrap) => ({ key: STORE.wrap(chat, wrap.cpos), value: wrap })));
      }
      for (const wrap of fresh) seal.untried.set(wrap.cpos, wrap);
      const last = wraps.at(-1);
      if (!last) break;
      next = last.cpos + 1;
    }
    seal.fetchedIn = this.#run;
  }
}

/** Is the account to have the secret of this position? */
function mayOpen(state: ChatState, org: OrgId, account: AccountId, p: Cpos): boolean {
  const member = state.members.get(memberKey(org, account));
  const segment = state.segments.findLast(({ at }) => at <= p);
  return member !== undefined && segment !== undefined && segmentsFor(state, member).includes(segment);
}

/** What is here does until the node can be reached. */
async function orFault<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Fault) return otherwise;
    throw error;
  }
}
