/**
 * Who is signed in: asked of the node, and of the store while the node cannot be reached. Always holds: at most one account is open, and nothing
 * of the one before is told once another, or nobody, is; one that is locked or gone has left neither keys nor messages here (SEAL 3.3).
 */
import type { Me } from '../../protocol/api/shapes.ts';
import { later } from '../../protocol/later.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { Fault } from '../../protocol/result.ts';
import type { AccountParts } from './account-parts.ts';
import { type Conversations, createConversations } from './conversations.ts';
import type { Chat } from './desk.ts';
import type { Door } from './keyring/door.ts';
import type { OpenKeyring } from './keyring/open-keyring.ts';
import { type Entry, type Locked, reopenHere } from './keyring/reopening.ts';
import { STORE } from './keys.ts';
import { chatViews } from './list.ts';
import type { Membership } from './membership.ts';
import { createMessages, type Messages } from './messages.ts';
import type { Answer, AppView, Phase } from './model.ts';
import type { PasskeyAsk } from './passkey.ts';
import { lockedMeView, meView, organisationView } from './people.ts';
import { jitter, type KeyStore } from './ports.ts';
import { answering, done, refusalOf, refused } from './refusal.ts';
import { openAccount, type SignedIn, type StoredSession } from './signed-in.ts';
import { createTrusting, type Trusting } from './trusting.ts';

export interface Open {
  readonly account: SignedIn;
  /** Null: a program without keys. */
  readonly keyring: OpenKeyring | null;
  /** Loaded when something is first asked of a hub. */
  membership(): Promise<Membership>;
  readonly messages: Messages;
  /** Null: there are no keys to accept with. */
  readonly trusting: Trusting | null;
}

const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 15_000;

export class Session {
  readonly conversations: Conversations;
  readonly #parts: AccountParts;
  readonly #watchers = new Set<(view: AppView) => void>();
  /** Loaded when somebody comes in whom the device does not know, and forgotten with what was typed there. */
  #door: Door | null = null;
  #phase: Phase = { is: 'starting' };
  #open: Open | null = null;
  /** Signed in, but the vault is closed. */
  #locked: { readonly me: Me; readonly how: Locked } | null = null;
  /** The recovery code that was just made, until it is kept. */
  #code: string | null = null;
  #told: AppView | null = null;
  #scheduled = false;
  #reachable = true;
  #closed = false;
  /** Grows with every change of who is signed in. */
  #asking = false;
  #turn = 0;
  /** It is known who is signed in, or that nobody can say now. */
  readonly #decided = Promise.withResolvers<void>();

  constructor(parts: AccountParts) {
    this.#parts = parts;
    const { report } = parts;
    this.conversations = createConversations({ schedule: () => this.schedule(), report });
    void this.#start(0).catch((error: unknown) => this.#fail(error));
  }

  watch(seen: (view: AppView) => void): () => void {
    this.#watchers.add(seen);
    seen(this.#told ?? this.#view());
    return () => this.#watchers.delete(seen);
  }

  get open(): Open | null {
    return this.#open;
  }

  /** Tells who watches, once per turn however much happened in it. */
  schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.#parts.clock.after(this.#parts.tellAfterMs, () => {
      this.#scheduled = false;
      this.#tell();
    });
  }

  /** For who is signed in. Refuses `not_signed_in`; a node that does not know the session any more ends it here too. */
  withOpen<T>(work: (open: Open) => Promise<Answer<T>>): Promise<Answer<T>> {
    return answering(async () => {
      await this.#decided.promise;
      if (this.#locked) return refused('vault_locked');
      if (!this.#open) return refused(this.#reachable ? 'not_signed_in' : 'node_unreachable');
      const answer = await work(this.#open);
      if (!answer.ok && answer.refusal.code === 'not_signed_in') void this.#start(1).catch(this.#parts.report);
      return answer;
    });
  }

  withMembership<T>(work: (membership: Membership, open: Open) => Promise<Answer<T>>): Promise<Answer<T>> {
    return this.withOpen(async (open) => work(await open.membership(), open));
  }

  /** As `withOpen`, for what needs the keys. Refuses `not_acceptable` to a program without. */
  withKeys<T>(work: (keyring: OpenKeyring, open: Open) => Promise<Answer<T>>): Promise<Answer<T>> {
    return this.withOpen(async (open) => (open.keyring ? work(open.keyring, open) : refused('not_acceptable')));
  }

  /** Comes in, from wherever this stands now. Refuses `not_acceptable` to a program without keys. */
  entering(work: (door: Door) => Promise<Answer<Entry>>): Promise<Answer<null>> {
    return answering(async () => {
      // Who was signed in before is known first, so that the answer to that does not undo this.
      await this.#decided.promise;
      const { keys } = this.#parts;
      if (!keys) return refused('not_acceptable');
      const answer = await work(await this.#openDoor(keys));
      if (answer.ok) await this.#enter(answer.value);
      return done(answer);
    });
  }

  /** For who is locked. Refuses `not_acceptable` where nobody is. */
  unlocking(work: (door: Door, me: Me) => Promise<Answer<Entry>>): Promise<Answer<null>> {
    return this.entering(async (door) => (this.#locked ? work(door, this.#locked.me) : refused('not_acceptable')));
  }

  /** What to ask the browser for: of the vault that is open, or of the one that is locked. */
  passkeyAsk(): Promise<Answer<PasskeyAsk>> {
    const [me, keys] = [this.#locked?.me, this.#parts.keys];
    if (!me || !keys) return this.withKeys((keyring) => keyring.passkeyAsk());
    return answering(async () => (await this.#openDoor(keys)).passkeyAsk(me));
  }

  /** Keys and messages leave the device; the session stays. Refuses `not_acceptable` to a program without keys. */
  lock(): Promise<Answer<null>> {
    return this.withKeys(async (_, { account }) => {
      await this.#lockUp(account.desk.me, { after: 'lock', ways: ['password', 'code'], why: null });
      return { ok: true, value: null };
    });
  }

  codeKept(): void {
    this.#code = null;
    this.schedule();
  }

  signOut(everywhere: boolean): Promise<Answer<null>> {
    return answering(async () => {
      const route = everywhere ? 'DELETE /api/v1/sessions' : 'DELETE /api/v1/session';
      const answer = await this.#parts.api.call(route, {});
      if (!answer.ok && answer.refusal.code !== 'not_signed_in') return answer;
      await this.#leave(null, true);
      return { ok: true, value: null };
    });
  }

  wake(): void {
    this.#open?.account.wake();
  }

  lostNetwork(): void {
    this.#open?.account.lostNetwork();
  }

  close(): void {
    this.#closed = true;
    this.#turn++;
    void this.#closeOpen().catch(this.#parts.report);
  }

  #fail(error: unknown): void {
    this.#parts.report(error);
    this.#phase = { is: 'failed', refusal: refusalOf('malformed', String(error)) };
    this.schedule();
  }

  #view(): AppView {
    const desk = this.#open?.account.desk;
    return {
      phase: this.#phaseNow(),
      connection: this.#open?.account.connection() ?? (this.#reachable ? 'connecting' : 'offline'),
      outbox: this.#open?.account.outbox.count() ?? 0,
      chats: desk ? chatViews(desk) : [],
      loading: desk ? !desk.listed : false,
      settings: desk?.settings ?? null,
      organisations: desk ? [...desk.organisations.keys()].map((org) => organisationView(desk, org)) : [],
    };
  }

  #phaseNow(): Phase {
    if (this.#locked) return { is: 'locked', me: lockedMeView(this.#locked.me), ...this.#locked.how };
    if (!this.#open) return this.#phase;
    const me = meView(this.#open.account.desk, this.#open.keyring);
    return this.#code === null ? { is: 'signed-in', me } : { is: 'recovery', me, code: this.#code };
  }

  #tell(): void {
    if (this.#closed) return;
    // A program that looks at nothing has nothing made for it.
    this.#told = this.#watchers.size > 0 ? this.#view() : null;
    for (const seen of this.#watchers) if (this.#told) seen(this.#told);
    this.conversations.tell();
    this.#open?.trusting?.look();
    if (this.#open) void this.#askForNames(this.#open.account).catch(this.#parts.report);
  }

  async #askForNames({ desk, library }: SignedIn): Promise<void> {
    const keys = new Set<`${Me['org']}/${Me['account']}`>();
    for (const { record } of desk.chats.values()) {
      const { other, invitedBy } = record.summary;
      for (const who of [other, invitedBy, record.preview]) if (who) keys.add(`${who.org}/${who.account}`);
    }
    keys.delete(`${desk.me.org}/${desk.me.account}`);
    const before = desk.version;
    const organisations = [...desk.chats.values()].flatMap(({ record }) => record.summary.organisations);
    await Promise.all([library.loadPeople(keys), library.needOrganisations(organisations)]).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
    });
    if (desk.version !== before) this.schedule();
  }

  /** Who is signed in? The node says; until it can be asked, the store does. */
  async #start(tries: number): Promise<void> {
    const turn = this.#turn;
    try {
      const answer = await this.#parts.api.call('GET /api/v1/session', {});
      if (turn !== this.#turn) return;
      this.#reachable = true;
      if (answer.ok) await this.#enterAgain(answer.value.me);
      // A node that is busy has not said that nobody is signed in: leaving wipes the keys of this device.
      else if (answer.refusal.code !== 'not_signed_in')
        throw new Fault(`the session was refused: ${answer.refusal.code}`);
      else await this.#leave(this.#open || this.#locked ? 'not_signed_in' : null, false);
      this.#decided.resolve();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (turn !== this.#turn) return;
      this.#reachable = false;
      const { clock, random } = this.#parts;
      const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries) * jitter(random);
      clock.after(delayMs, () => this.#start(Math.min(tries + 1, 8)).catch((bug: unknown) => this.#fail(bug)));
      if (tries === 0) await this.#enterFromStore();
      this.#decided.resolve();
      this.schedule();
    }
  }

  /** Once at a time; who cannot be asked now is asked at the next end of a connection. */
  async #askIfStillIn(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const turn = this.#turn;
    try {
      const answer = await this.#parts.api.call('GET /api/v1/session', {});
      if (!answer.ok && answer.refusal.code === 'not_signed_in' && turn === this.#turn) {
        await this.#leave('not_signed_in', false);
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    } finally {
      this.#asking = false;
    }
  }

  async #enterFromStore(): Promise<void> {
    const session = (await this.#parts.store.get(STORE.session)) as StoredSession | undefined;
    if (!session || this.#open) return;
    await this.#enterAgain(session.me);
    // The node is asked all the same who is signed in there.
    void this.#start(1).catch((bug: unknown) => this.#fail(bug));
  }

  async #enterAgain(me: Me): Promise<void> {
    const before = this.#open?.account.desk.me ?? this.#locked?.me;
    if (before?.account === me.account && before.device === me.device) return;
    const turn = this.#turn;
    const entry = await this.#reopened(me);
    if (turn === this.#turn) await this.#enter(entry);
  }

  async #reopened(me: Me): Promise<Entry> {
    const { keys } = this.#parts;
    if (!keys) return { me, keyring: null, locked: null, code: null };
    return (await reopenHere({ ...this.#parts, keys }, me)) ?? (await this.#openDoor(keys)).reopen(me);
  }

  async #openDoor(keys: KeyStore): Promise<Door> {
    const { Door } = await later(() => import('./keyring/door.ts'));
    this.#door ??= new Door({ ...this.#parts, keys });
    return this.#door;
  }

  /** The device has nothing any more that opens the vault; a password that was just typed may stay known, for the vault to come. */
  async #forgetKeys(keepPassword: boolean): Promise<void> {
    if (!keepPassword) this.#door = null;
    await this.#parts.keys?.clear();
  }

  async #enter({ me, keyring, locked, code }: Entry): Promise<void> {
    if (locked) return this.#lockUp(me, locked);
    const closing = this.#closeOpen();
    const turn = ++this.#turn;
    await closing;
    const { api, store, clock, random } = this.#parts;
    const account = await openAccount(me, keyring, this.#parts, {
      changed: (chat) => turn === this.#turn && this.conversations.changed(chat),
      ended: () => turn === this.#turn && void this.#askIfStillIn().catch(this.#parts.report),
      renewed: () => turn === this.#turn && this.#open && this.conversations.restart(this.#open.account),
      connected: () => turn === this.#turn && void this.#checkKeys().catch(this.#parts.report),
    });
    if (turn !== this.#turn) {
      account.close();
      await keyring?.close();
      return;
    }
    const membership = async () => {
      const { createMembership } = await later(() => import('./membership.ts'));
      return createMembership({ api, store, clock, random, account });
    };
    const trusting = keyring && this.#trusting(account, membership);
    this.#open = { account, keyring, membership, messages: createMessages({ api, account }), trusting };
    this.#locked = null;
    this.#code = code;
    this.conversations.restart(account);
    this.schedule();
  }

  #trusting(account: SignedIn, membership: Open['membership']): Trusting {
    const { store, report } = this.#parts;
    const { desk } = account;
    const accept = (chat: Chat) => answering(async () => (await membership()).accept(chat.record.summary.chat));
    return createTrusting({ desk, store, accept, changed: (chat) => account.changed(chat), report });
  }

  /** Are these still the account's keys, and is this still one of its devices? Asked at each connection. */
  async #checkKeys(): Promise<void> {
    const open = this.#open;
    if (!open?.keyring) return;
    try {
      const answer = await open.keyring.reread();
      if (answer.ok || open !== this.#open) return;
      const { code } = answer.refusal;
      if (code === 'bad_device' || code === 'not_signed_in') await this.#leave('not_signed_in', true);
      else await this.#lockUp(open.account.desk.me, { after: 'lock', ways: ['password', 'code'], why: answer.refusal });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }

  async #closeOpen(): Promise<void> {
    const open = this.#open;
    open?.account.close();
    await open?.keyring?.close();
  }

  async #lockUp(me: Me, how: Locked): Promise<void> {
    const turn = ++this.#turn;
    await this.#closeOpen();
    await this.#forgetKeys(how.after === 'reset');
    if (turn !== this.#turn) return;
    this.#open = null;
    this.#code = null;
    this.#locked = { me, how };
    this.conversations.restart(null);
    this.schedule();
    await this.#parts.store.clear();
    await this.#wipeIndex();
  }

  /** What waits in the outbox of a program is kept for its return; of a person nothing is. */
  async #leave(why: RefusalCode | null, forgetOutbox: boolean): Promise<void> {
    const turn = ++this.#turn;
    await this.#closeOpen();
    const [organisation, domain] = await this.#whichNode();
    if (turn !== this.#turn) return;
    this.#open = null;
    this.#locked = null;
    this.#code = null;
    this.#phase = { is: 'signed-out', organisation, domain, why: why && refusalOf(why) };
    this.conversations.restart(null);
    this.schedule();
    await this.#forgetKeys(false);
    await this.#parts.store.clear(forgetOutbox || this.#parts.keys ? undefined : STORE.outbox);
    await this.#wipeIndex();
  }

  /** What cannot be wiped now is with the next start, which finds that nobody is signed in or that somebody else is. */
  async #wipeIndex(): Promise<void> {
    await this.#parts.index?.wipe().catch(this.#parts.report);
  }

  async #whichNode(): Promise<[name: string, domain: string]> {
    const me = this.#open?.account.desk.me ?? this.#locked?.me;
    if (me) return [me.orgName, me.domain];
    const answer = await this.#parts.api.call('GET /api/v1/node', {});
    return answer.ok ? [answer.value.name, answer.value.domain] : ['', ''];
  }
}
