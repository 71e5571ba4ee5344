/**
 * Who is signed in: asked of the node, and of the store while the node cannot be reached. Always holds: at most one account is open,
 * and nothing of the one before is told any more once another, or nobody, is.
 */
import type { Me } from '../../protocol/api/shapes.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { Fault } from '../../protocol/result.ts';
import { type Conversations, createConversations } from './conversations.ts';
import { STORE } from './keys.ts';
import { chatViews } from './list.ts';
import { createMembership, type Membership } from './membership.ts';
import { createMessages, type Messages } from './messages.ts';
import type { Answer, AppView, Phase } from './model.ts';
import { meView, organisationView } from './people.ts';
import { jitter } from './ports.ts';
import { answering, done, refusalOf, refused } from './refusal.ts';
import { type AccountParts, openAccount, type SignedIn, type StoredSession } from './signed-in.ts';

export interface Open {
  readonly account: SignedIn;
  readonly membership: Membership;
  readonly messages: Messages;
}

const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 15_000;

export class Session {
  readonly conversations: Conversations;
  readonly #parts: AccountParts;
  readonly #watchers = new Set<(view: AppView) => void>();
  #phase: Phase = { is: 'starting' };
  #open: Open | null = null;
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
      if (!this.#open) return refused(this.#reachable ? 'not_signed_in' : 'node_unreachable');
      const answer = await work(this.#open);
      if (!answer.ok && answer.refusal.code === 'not_signed_in') void this.#start(1).catch(this.#parts.report);
      return answer;
    });
  }

  entering(work: () => Promise<Answer<Me>>): Promise<Answer<null>> {
    return answering(async () => {
      // Who was signed in before is known first, so that the answer to that does not undo this.
      await this.#decided.promise;
      const answer = await work();
      if (answer.ok) await this.#enter(answer.value);
      return done(answer);
    });
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
    this.#open?.account.close();
  }

  #fail(error: unknown): void {
    this.#parts.report(error);
    this.#phase = { is: 'failed', refusal: refusalOf('malformed', String(error)) };
    this.schedule();
  }

  #view(): AppView {
    const desk = this.#open?.account.desk;
    return {
      phase: desk ? { is: 'signed-in', me: meView(desk) } : this.#phase,
      connection: this.#open?.account.connection() ?? (this.#reachable ? 'connecting' : 'offline'),
      outbox: this.#open?.account.outbox.count() ?? 0,
      chats: desk ? chatViews(desk) : [],
      loading: desk ? !desk.listed : false,
      organisations: desk ? [...desk.organisations.keys()].map((org) => organisationView(desk, org)) : [],
    };
  }

  #tell(): void {
    if (this.#closed) return;
    // A program that looks at nothing has nothing made for it.
    this.#told = this.#watchers.size > 0 ? this.#view() : null;
    for (const seen of this.#watchers) if (this.#told) seen(this.#told);
    this.conversations.tell();
    if (this.#open) void this.#askForNames(this.#open.account).catch(this.#parts.report);
  }

  /** Of the people that the chat list names. */
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
      else await this.#leave(this.#open ? 'not_signed_in' : null, false);
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
    await this.#enter(session.me);
    // The node is asked all the same who is signed in there.
    void this.#start(1).catch((bug: unknown) => this.#fail(bug));
  }

  async #enterAgain(me: Me): Promise<void> {
    const before = this.#open?.account.desk.me;
    if (before?.account !== me.account || before.device !== me.device) await this.#enter(me);
  }

  async #enter(me: Me): Promise<void> {
    this.#open?.account.close();
    const turn = ++this.#turn;
    const { api, store, clock, random } = this.#parts;
    const account = await openAccount(me, this.#parts, {
      changed: (chat) => turn === this.#turn && this.conversations.changed(chat),
      ended: () => turn === this.#turn && void this.#askIfStillIn().catch(this.#parts.report),
      renewed: () => turn === this.#turn && this.#open && this.conversations.restart(this.#open.account),
    });
    if (turn !== this.#turn) {
      account.close();
      return;
    }
    const membership = createMembership({ api, store, clock, random, account });
    this.#open = { account, membership, messages: createMessages({ api, account }) };
    this.conversations.restart(account);
    this.schedule();
  }

  /** What waits in the outbox is kept for the same person's return; after a log-out nothing is. */
  async #leave(why: RefusalCode | null, forgetOutbox: boolean): Promise<void> {
    const turn = ++this.#turn;
    this.#open?.account.close();
    const [organisation, domain] = await this.#whichNode();
    if (turn !== this.#turn) return;
    this.#open = null;
    this.#phase = { is: 'signed-out', organisation, domain, why: why && refusalOf(why) };
    this.conversations.restart(null);
    this.schedule();
    await this.#parts.store.clear(forgetOutbox ? undefined : STORE.outbox);
  }

  async #whichNode(): Promise<[name: string, domain: string]> {
    const me = this.#open?.account.desk.me;
    if (me) return [me.orgName, me.domain];
    const answer = await this.#parts.api.call('GET /api/v1/node', {});
    return answer.ok ? [answer.value.name, answer.value.domain] : ['', ''];
  }
}
