/**
 * Everything of one signed-in account, put together: desk, store, socket and outbox. It lives from the log-in to the log-out; what
 * is still under way after its end writes nothing any more.
 */
import type { Entry, Me, Stored } from '../../protocol/api/shapes.ts';
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import { later } from '../../protocol/later.ts';
import { Fault } from '../../protocol/result.ts';
import type { AccountParts } from './account-parts.ts';
import { type Attending, createAttending } from './attending.ts';
import { createChatKeys } from './chat-keys.ts';
import { contentFrom } from './content.ts';
import { type Chat, createDesk, type Desk, isSealed } from './desk.ts';
import { setContent } from './entries.ts';
import type { Executor } from './executor.ts';
import { createLateUploads, type LateUploads } from './files/late-uploads.ts';
import type { FilePorts } from './files/ports.ts';
import { queuedFiles } from './files/queued-files.ts';
import { guarded } from './guarded-store.ts';
import { createIntake, type Intake } from './intake.ts';
import type { Keyring } from './keyring.ts';
import { STORE } from './keys.ts';
import { createLateExecutor } from './late-executor.ts';
import { createLateSearch, type LateSearch } from './late-search.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createLibrary, type Library } from './library.ts';
import type { Answer, Connection } from './model.ts';
import { createOpening, type Opening } from './opening.ts';
import { createOutbox, type Outbox, type Queued } from './outbox.ts';
import { createPersonal, type Personal } from './personal.ts';
import { jitter, type Store } from './ports.ts';
import { refusalOf } from './refusal.ts';
import type { Requests, SealParts } from './requests.ts';
import { alertOf } from './said.ts';
import type { Composed } from './sending.ts';
import { createSocket, type Socket } from './socket.ts';

export interface SignedIn {
  readonly desk: Desk;
  /** Null: a program without keys, to which sealed chats stay closed. */
  readonly keyring: Keyring | null;
  readonly library: Library;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  /** Null: this program sends no files. */
  readonly uploads: LateUploads | null;
  readonly personal: Personal;
  readonly requests: Requests;
  /** Null: there are no keys here. */
  readonly seal: Sealed | null;
  readonly search: LateSearch;
  connection(): Connection;
  /** Tells who watches. */
  changed(chat: Chat | null): void;
  typing(chat: ChatId): void;
  wake(): void;
  lostNetwork(): void;
  /** Ends everything. What is in the store stays. */
  close(): void;
}

/** What there is of sealed chats while the vault is open. */
export interface Sealed extends SealParts {
  readonly opening: Opening;
  readonly executor: Executor;
}

const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 15_000;

export interface Watching {
  /** Something of this chat, or (null) of the desk, has changed. */
  readonly changed: (chat: Chat | null) => void;
  /** There is a connection, or the list was loaded anew: open conversations look for what they lack. */
  readonly renewed: () => void;
  /** There is a connection. */
  readonly connected: () => void;
  /** A connection ended: perhaps because the node does not know the session any more. */
  readonly ended: () => void;
}

/** Begins from what the store has for this account; the network comes in on its own. */
export async function openAccount(
  me: Me,
  keyring: Keyring | null,
  parts: AccountParts,
  watching: Watching,
): Promise<SignedIn> {
  const account = new Account(me, keyring, parts, watching);
  await account.restore();
  return account;
}

class Account implements SignedIn {
  readonly desk: Desk;
  readonly keyring: Keyring | null;
  readonly library: Library;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  readonly uploads: LateUploads | null;
  readonly personal: Personal;
  readonly #parts: AccountParts;
  readonly #watching: Watching;
  readonly #intake: Intake;
  readonly requests: Requests;
  readonly seal: Sealed | null;
  readonly search: LateSearch;
  readonly #attending: Attending | null;
  readonly #sent = new Map<EntryId, Composed>();
  #socket: Socket | null = null;
  #closed = false;

  constructor(me: Me, keyring: Keyring | null, parts: AccountParts, watching: Watching) {
    const { api, clock, random, report } = parts;
    const changed = (chat: Chat | null) => this.changed(chat);
    this.#parts = parts;
    this.#watching = watching;
    const store = guarded(parts.store, () => this.#closed);
    const desk = createDesk(me);
    this.desk = desk;
    this.keyring = keyring;
    desk.identityMark = (org, account) => keyring?.markOf(org, account) ?? 'unknown';
    keyring?.watch((what) => {
      desk.version++;
      changed(null);
      if (what === 'own') void this.#attendAll();
    });
    this.library = createLibrary({ api, store, desk });
    this.personal = createPersonal({ api, store, desk, clock, changed, report });
    this.ledger = createLedger({ api, store, desk, changed });
    this.outbox = createOutbox({
      store,
      clock,
      random,
      report,
      submit: (message) => this.#submit(message),
      stored: (message, stored) => this.#stored(message, stored),
      refreshHead: (chat) => this.#refreshHead(chat),
      changed: (id) => changed(desk.chats.get(id) ?? null),
      isReady: (message) => !message.files || (this.uploads?.now()?.isComplete(message) ?? false),
      files: (message) => queuedFiles(message, this.uploads?.now() ?? null),
      gone: ({ files = [] }, isStored) => void this.uploads?.now()?.gone(files, isStored).catch(report),
    });
    this.uploads = parts.files ? this.#uploading(parts.files, store) : null;
    const confirm = (entryId: EntryId) => this.outbox.confirm(entryId);
    const { library, ledger } = this;
    const keys = keyring && createChatKeys({ api, store, ledger, keyring, changed });
    const seal = keyring && keys && { keyring, keys };
    this.requests = this.#asking(seal);
    this.seal = seal && this.#sealed(seal);
    this.search = this.#searching();
    this.#attending = this.seal && this.#attend(this.seal);
    const { seal: sealed } = this;
    this.#intake = createIntake({
      desk,
      library,
      ledger,
      seal: sealed,
      store,
      clock,
      confirm,
      changed,
      search: this.search,
      personal: this.personal,
    });
  }

  #uploading(ports: FilePorts, store: Store): LateUploads {
    const { clock, random, report } = this.#parts;
    const { desk, outbox } = this;
    return createLateUploads({
      ...{ ports, store, clock, random, report },
      waiting: () => outbox.all(),
      changed: (chat) => this.changed(desk.chats.get(chat) ?? null),
      ready: (chat) => outbox.flush(chat),
      refuse: (entryId, code, detail) => outbox.refuse(entryId, refusalOf(code, detail)),
    });
  }

  #sealed(parts: SealParts): Sealed {
    const { clock, random, report } = this.#parts;
    const { requests } = this;
    const isOnline = () => this.#socket?.state() === 'online';
    const executor = createLateExecutor({ ...parts, requests, clock, random, isOnline, report });
    return { ...parts, executor, opening: createOpening(parts) };
  }

  /** Whoever only reads asks for nothing. */
  #asking(seal: SealParts | null): Requests {
    const { api, random } = this.#parts;
    const { desk, library, ledger } = this;
    return {
      async ask(...asked) {
        const { createRequests } = await later(() => import('./requests.ts'));
        return createRequests({ api, random, desk, library, ledger, seal }).ask(...asked);
      },
    };
  }

  #searching(): LateSearch {
    const { api, clock, index: place, report, isLooked } = this.#parts;
    const { desk, library, ledger } = this;
    const mayWork = () => this.#socket?.state() === 'online' && isLooked();
    const owner = `${desk.me.org}/${desk.me.account}/${desk.me.device}`;
    const opening = this.seal?.opening ?? null;
    return createLateSearch({ api, desk, library, ledger, opening, clock, mayWork, report, place, owner });
  }

  #attend(sealed: Sealed): Attending {
    const { desk, library, outbox } = this;
    const flush = (chat: Chat) => outbox.flush(chat.record.summary.chat);
    const shown = (chat: Chat) => this.#watching.changed(chat);
    const reopened = (chat: Chat) => this.search.reopened(chat);
    return createAttending({ ...sealed, desk, library, flush, shown, reopened, report: this.#parts.report });
  }

  async #attendAll(): Promise<void> {
    await this.#attending?.all().catch(this.#parts.report);
  }

  /** What belongs to somebody else is forgotten first, the outbox too. */
  async restore(): Promise<void> {
    const { store } = this.#parts;
    const { me } = this.desk;
    const session = (await store.get(STORE.session)) as StoredSession | undefined;
    const same = session?.me.org === me.org && session.me.account === me.account;
    if (session && !same) await store.clear();
    if (!same) await this.#parts.index?.wipe();
    const arrival = same ? session.arrival : null;
    await store.write([{ key: STORE.session, value: { me, arrival } satisfies StoredSession }]);
    await this.library.open();
    await this.personal.open();
    this.desk.arrival = arrival ?? 0;
    this.desk.listed = arrival !== null;
    await this.outbox.open();
    this.uploads?.flush();
    void this.#begin(0);
  }

  connection(): Connection {
    return this.#socket?.state() ?? 'connecting';
  }

  changed(chat: Chat | null): void {
    this.#watching.changed(chat);
    if (chat) this.#attending?.changed(chat);
  }

  typing(chat: ChatId): void {
    this.#socket?.typing(chat);
  }

  wake(): void {
    this.#socket?.wake();
    this.search.wake();
  }

  lostNetwork(): void {
    this.#socket?.lostNetwork();
  }

  close(): void {
    this.#closed = true;
    this.#attending?.close();
    this.search.close();
    this.#socket?.close();
    this.uploads?.close();
    this.outbox.close();
  }

  /** The first list: tried until the node gives it; from then on everything comes by the socket. */
  async #begin(tries: number): Promise<void> {
    if (this.#closed) return;
    const { clock, random, report } = this.#parts;
    try {
      if (!this.desk.listed) await this.#renew();
      if (!this.#closed) this.#socket = this.#connect();
      this.changed(null);
    } catch (error) {
      if (!(error instanceof Fault)) report(error);
      const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries) * jitter(random);
      clock.after(delayMs, () => this.#begin(Math.min(tries + 1, 8)));
    }
  }

  #connect(): Socket {
    const { openSocket: open, clock, random, report } = this.#parts;
    return createSocket({
      open,
      clock,
      random,
      report,
      from: () => this.desk.arrival,
      take: (pushes, live) => this.#intake.take(pushes, live),
      resync: () => this.#renew(),
      ended: () => this.#watching.ended(),
      changed: (state) => {
        if (state === 'online') void this.#online().catch(report);
        this.changed(null);
      },
    });
  }

  async #renew(): Promise<void> {
    await this.library.loadList();
    this.seal?.keys.forgetFetched();
    this.search.missed();
    this.changed(null);
    this.#watching.renewed();
  }

  /** What is of the moment is asked for again after each connection; open conversations get what they could not. */
  async #online(): Promise<void> {
    this.uploads?.flush();
    this.outbox.flush();
    this.#watching.connected();
    this.#watching.renewed();
    await Promise.all([quietly(this.personal.renew()), quietly(this.library.loadOrganisations())]);
    this.changed(null);
    await this.#readAhead();
    await this.#attendAll();
    this.search.wake();
  }

  async #readAhead(): Promise<void> {
    const newest = [...this.desk.chats.values()]
      .filter(({ record }) => record.summary.standing !== 'invited' && record.summary.lastArrival > 0)
      .sort((a, b) => b.record.summary.lastTime - a.record.summary.lastTime)
      .slice(0, this.#parts.readAhead);
    for (const chat of newest) {
      if (this.#closed) return;
      if (chat.floor || chat.complete) continue;
      await quietly(this.library.loadNewest(chat));
      this.changed(chat);
    }
  }

  async #submit(message: Queued): Promise<Answer<Stored>> {
    const { createSending } = await later(() => import('./sending.ts'));
    const { desk, library, requests, seal } = this;
    const filesOf = ({ files = [] }: Queued) => this.uploads?.now()?.contents(files) ?? [];
    const parts = { random: this.#parts.random, desk, library, requests, filesOf, seal };
    const composed = await createSending(parts)(message);
    if (!composed.ok) return composed;
    const { body, blobs } = composed.value;
    this.#sent.set(message.entryId, composed.value);
    if (this.#socket?.state() === 'online')
      return this.#settled(message, await this.#socket.submit(message.chat, body, blobs));
    const params = { chat: message.chat };
    const input = { params, body: blobs.length > 0 ? { body, blobs } : { body } };
    return this.#settled(message, await this.#parts.api.call('POST /api/v1/chats/:chat/messages', input));
  }

  /** Files that the node has forgotten meanwhile go again. */
  async #settled(message: Queued, answer: Answer<Stored>): Promise<Answer<Stored>> {
    if (!answer.ok && (answer.refusal.code as string) === 'blob_unknown') await this.uploads?.now()?.again(message);
    return answer;
  }

  async #stored(message: Queued, { log, seq, arrival, hlc }: Stored): Promise<void> {
    const chat = this.desk.chats.get(message.chat);
    const sent = this.#sent.get(message.entryId);
    this.#sent.delete(message.entryId);
    if (!chat || !sent) return;
    const { org, account } = this.desk.me;
    const where = { arrival, chat: message.chat, log, org, seq, account, hlc };
    const entry: Entry = {
      ...where,
      kind: 'message',
      cpos: sent.cpos,
      body: sent.body,
      void: null,
      ...(sent.blobs.length > 0 ? { blobs: [...sent.blobs] } : {}),
    };
    if (isSealed(chat)) setContent(entry, contentFrom(sent.said, alertOf(message)));
    const quiet = message.said.type !== 'text';
    await this.#intake.takeOwn(chat, { entry, entryId: message.entryId, lateAt: null, ...(quiet ? { quiet } : {}) });
  }

  async #refreshHead(id: ChatId): Promise<void> {
    const chat = this.desk.chats.get(id);
    if (chat) await this.ledger.refresh(chat);
  }
}

export interface StoredSession {
  readonly me: Me;
  /** Null: the list has not come yet. */
  readonly arrival: number | null;
}

/** What is asked for again anyway. */
async function quietly(work: Promise<void>): Promise<void> {
  await work.catch(() => undefined);
}
