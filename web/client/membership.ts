/**
 * Founding chats and asking their hubs: creations, invitations, roles, looks, leaving. Everything is composed here and wrapped by
 * the node; a request is queued there while the hub is away.
 */

import { chatIdOf, directGenesis } from '../../protocol/chat/genesis.ts';
import { type Intent, ROLES, type Role } from '../../protocol/chat/intent.ts';
import { openLogOf } from '../../protocol/chat/state.ts';
import { hlcFromMs } from '../../protocol/hlc.ts';
import { type ChatId, idBytes, type OrgId } from '../../protocol/ids.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import type { Api } from './api.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { composeFin, composeGenesis, composeLook, composeRequest } from './compose.ts';
import { type LookContent, openLook } from './content.ts';
import { STORE } from './keys.ts';
import { type Answer, COLOURS } from './model.ts';
import type { Clock, Random, Store } from './ports.ts';
import { DONE, done, refused } from './refusal.ts';
import type { SignedIn } from './signed-in.ts';

type Done = Promise<Answer<null>>;
/** An act carries its request's body and has to fit its own limit too; so has the number of intents. */
const REQUEST_BYTES = 40_000;
const INVITE_BYTES = REQUEST_BYTES / 100;
const NOBODY = new Uint8Array(0);
const NO_CHAIN: Answer<Uint8Array> = { ok: true, value: NOBODY };

export interface Membership {
  createPrivate(look: LookContent, members: readonly MemberRef[]): Promise<Answer<ChatId>>;
  createPublic(name: string, members: readonly MemberRef[]): Promise<Answer<ChatId>>;
  openDirect(other: MemberRef): Promise<Answer<ChatId>>;
  publicChats(): Promise<Answer<readonly { chat: ChatId; name: string; members: number }[]>>;
  joinPublic(chat: ChatId): Done;
  invite(chat: ChatId, who: readonly MemberRef[], role: Role): Done;
  accept(chat: ChatId): Done;
  /** Leaves the chat, or declines the invitation: takes effect at once. */
  fin(chat: ChatId): Done;
  withdraw(chat: ChatId, who: MemberRef): Done;
  remove(chat: ChatId, who: MemberRef): Done;
  setRole(chat: ChatId, who: MemberRef, role: Role): Done;
  setLook(chat: ChatId, look: LookContent): Done;
}

interface MembershipParts {
  readonly api: Api;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly account: SignedIn;
}

export function createMembership(parts: MembershipParts): Membership {
  return new Requests(parts);
}

class Requests implements Membership {
  readonly #parts: MembershipParts;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
  }

  createPrivate(look: LookContent, members: readonly MemberRef[]): Promise<Answer<ChatId>> {
    return this.#create('private', look, members);
  }

  createPublic(name: string, members: readonly MemberRef[]): Promise<Answer<ChatId>> {
    return this.#create('public', { name, colour: randomColour(this.#parts.random) }, members);
  }

  async openDirect(other: MemberRef): Promise<Answer<ChatId>> {
    const side = ({ org, account }: MemberRef) => ({ org, account, enrolHash: NOBODY });
    return this.#found(directGenesis(side(this.#parts.account.desk.me), side(other), 0), [], []);
  }

  async publicChats(): Promise<Answer<readonly { chat: ChatId; name: string; members: number }[]>> {
    const answer = await this.#parts.api.call('GET /api/v1/public-chats', {});
    if (!answer.ok) return answer;
    const named = answer.value.chats.map(({ look, ...chat }) => ({ ...chat, name: openLook(look)?.name ?? '…' }));
    return { ok: true, value: named };
  }

  joinPublic(chat: ChatId): Done {
    return this.#request(chat, [{ is: 'accept', identity: new Uint8Array() }]);
  }

  async invite(id: ChatId, who: readonly MemberRef[], role: Role): Done {
    const { library, ledger } = this.#parts.account;
    const chat = await library.chat(id);
    const control = chat && (await ledger.open(chat));
    if (!control) return refused('not_found');
    const inside = new Set(who.map(({ org }) => org).filter((org) => openLogOf(control.state, org)));
    const requests = await this.#invitations(who, role, inside);
    return requests.ok ? this.#requestAll(id, requests.value) : requests;
  }

  async accept(chat: ChatId): Done {
    const { api, account } = this.#parts;
    const kind = account.desk.chats.get(chat)?.record.summary.kind;
    if (kind !== 'direct') return this.#request(chat, [{ is: 'accept', identity: new Uint8Array() }]);
    return done(await api.call('POST /api/v1/chats/:chat/consent', { params: { chat } }));
  }

  async fin(chat: ChatId): Done {
    const body = toBase64(composeFin(this.#parts.account.desk.me, chat));
    return done(await this.#parts.api.call('POST /api/v1/chats/:chat/fin', { params: { chat }, body: { body } }));
  }

  withdraw(chat: ChatId, { org, account }: MemberRef): Done {
    return this.#request(chat, [{ is: 'withdraw', org, account }]);
  }

  remove(chat: ChatId, { org, account }: MemberRef): Done {
    return this.#request(chat, [{ is: 'remove', org, account }]);
  }

  setRole(chat: ChatId, { org, account }: MemberRef, role: Role): Done {
    return this.#request(chat, [{ is: 'role', org, account, role: ROLES[role] }]);
  }

  async setLook(id: ChatId, content: LookContent): Done {
    const chat = await this.#parts.account.library.chat(id);
    if (!chat) return refused('not_found');
    const { cpos, chash } = chat.record.summary.head;
    const look = composeLook(this.#parts.random, { cpos, chash: fromBase64(chash) }, content);
    return this.#request(id, [look.intent], [look.bytes]);
  }

  async #create(
    kind: 'public' | 'private',
    content: LookContent,
    members: readonly MemberRef[],
  ): Promise<Answer<ChatId>> {
    const { clock, random, account } = this.#parts;
    const { me } = account.desk;
    const founding = { kind, opKey: fromBase64(me.opKey), keySeq: me.keySeq, hlc: hlcFromMs(clock.now()) };
    const genesis = composeGenesis(random, me, founding);
    const look = composeLook(random, { cpos: 0, chash: idBytes(chatIdOf(genesis)) }, content);
    const requests = await this.#invitations(members, 'member', new Set([me.org]));
    if (!requests.ok) return requests;
    const [first = [], ...rest] = requests.value;
    const founded = await this.#found(genesis, [look.intent, ...first], [look.bytes]);
    if (!founded.ok) return founded;
    const invited = await this.#requestAll(founded.value, rest);
    return invited.ok ? founded : invited;
  }

  async #found(genesis: Uint8Array, intents: readonly Intent[], looks: Uint8Array[]): Promise<Answer<ChatId>> {
    const { api, random, store, account } = this.#parts;
    const request = intents.length > 0 ? composeRequest(random, account.desk.me, chatIdOf(genesis), intents) : null;
    const body = { genesis: toBase64(genesis), request: request && toBase64(request), looks: looks.map(toBase64) };
    const answer = await api.call('POST /api/v1/chats', { body });
    if (!answer.ok) return answer;
    // On the desk before its push comes, so that it can be written in at once.
    const summary = answer.value;
    const chat = account.library.addChat(summary);
    await store.write([{ key: STORE.chat(summary.chat), value: chat.record }]);
    account.changed(null);
    return { ok: true, value: summary.chat };
  }

  async #requestAll(chat: ChatId, requests: readonly (readonly Intent[])[]): Done {
    for (const intents of requests) {
      const answer = await this.#request(chat, intents);
      if (!answer.ok) return answer;
    }
    return DONE;
  }

  async #request(chat: ChatId, intents: readonly Intent[], looks: Uint8Array[] = []): Done {
    const { api, random, account } = this.#parts;
    const body = toBase64(composeRequest(random, account.desk.me, chat, intents));
    const answer = await api.call('POST /api/v1/chats/:chat/requests', {
      params: { chat },
      body: { body, looks: looks.map(toBase64) },
    });
    const known = account.desk.chats.get(chat);
    if (answer.ok && answer.value.outcome === 'ordered' && known) await account.ledger.refresh(known);
    return done(answer);
  }

  /** In requests that are small enough. `inside` have a log in the chat; the first of each other one brings its chain. */
  async #invitations(
    who: readonly MemberRef[],
    role: Role,
    inside: ReadonlySet<OrgId>,
  ): Promise<Answer<readonly (readonly Intent[])[]>> {
    const requests: Intent[][] = [];
    const known = new Set(inside);
    let room = 0;
    for (const { org, account } of who) {
      const chain = known.has(org) ? NO_CHAIN : await this.#chainOf(org);
      if (!chain.ok) return chain;
      known.add(org);
      room -= INVITE_BYTES + chain.value.length;
      if (room < 0) {
        requests.push([]);
        room = REQUEST_BYTES - INVITE_BYTES - chain.value.length;
      }
      const keys = { history: [], orgChain: chain.value, identity: new Uint8Array() };
      requests.at(-1)?.push({ is: 'invite', org, account, role: ROLES[role], ...keys });
    }
    return { ok: true, value: requests };
  }

  async #chainOf(org: OrgId): Promise<Answer<Uint8Array>> {
    const answer = await this.#parts.api.call('GET /api/v1/organisations/:org', { params: { org } });
    return answer.ok ? { ok: true, value: fromBase64(answer.value.chain) } : answer;
  }
}

function randomColour(random: Random) {
  return COLOURS[(random.bytes(1)[0] as number) % COLOURS.length] as (typeof COLOURS)[number];
}
