/**
 * What a person asks of a chat's hub: invitations, acceptance, roles, looks, leaving, and in sealed chats history and the way back after
 * a reset. Everything is composed here and wrapped by the node; a request is queued there while the hub is away.
 */
import { type HistorySpan, type Intent, ROLES, type Role } from '../../protocol/chat/intent.ts';
import { type ChatState, membersNow, openLogOf } from '../../protocol/chat/state.ts';
import type { ChatId } from '../../protocol/ids.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { composeFin, composeLook } from './compose.ts';
import { composeSealedLook, composeSignedFin } from './compose-sealed.ts';
import { type LookContent, openLook } from './content.ts';
import { type Chat, isMe } from './desk.ts';
import { createFounding, type Founding, type FoundingParts, randomColour } from './founding.ts';
import { chooseHistory } from './history.ts';
import { invitations } from './invitations.ts';
import { whyWithout } from './keyring.ts';
import { lookOf } from './list.ts';
import type { Answer, HistoryChoice, HistoryReach, PictureView } from './model.ts';
import { checkPicture } from './picture.ts';
import { DONE, done, refused } from './refusal.ts';
import { ownSeat, signingAuthor } from './requests.ts';

type Done = Promise<Answer<null>>;
const NO_IDENTITY = new Uint8Array(0);

/** What is not given of the picture stays. */
export interface LookChange extends Pick<LookContent, 'name' | 'colour'> {
  readonly image?: Uint8Array | null;
}

export interface Membership extends Founding {
  publicChats(): Promise<Answer<readonly { chat: ChatId; name: string; members: number }[]>>;
  joinPublic(chat: ChatId): Done;
  /** Of the past, newcomers get what `history` says, in sealed chats. */
  invite(chat: ChatId, who: readonly MemberRef[], role: Role, history?: HistoryChoice): Done;
  historyReach(chat: ChatId, history: HistoryChoice): Promise<Answer<HistoryReach>>;
  grantHistory(chat: ChatId, who: MemberRef, history: HistoryChoice): Done;
  /** Refuses `keys_missing` where that account has no keys, `not_connected` where their node does not say. */
  readmit(chat: ChatId, who: MemberRef): Done;
  accept(chat: ChatId): Done;
  /** Leaves the chat, or declines the invitation: takes effect at once. */
  fin(chat: ChatId): Done;
  withdraw(chat: ChatId, who: MemberRef): Done;
  remove(chat: ChatId, who: MemberRef): Done;
  setRole(chat: ChatId, who: MemberRef, role: Role): Done;
  setLook(chat: ChatId, look: LookChange): Done;
  chatImage(chat: ChatId): Promise<Answer<PictureView | null>>;
  /** A sealed chat with the look and the members of one that is not; of a direct one, the sealed one with the same person. */
  continueSealed(chat: ChatId): Promise<Answer<ChatId>>;
}

type MembershipParts = FoundingParts;

export function createMembership(parts: MembershipParts): Membership {
  const founding = createFounding(parts);
  return Object.assign(new Asking(parts, founding), founding);
}

/** The look that was asked for last, and those until then: what a next change leaves as it is must not be taken from one of them. */
const drawn = new WeakMap<Chat, { readonly until: ReadonlySet<string | null>; readonly content: LookContent }>();

class Asking implements Omit<Membership, keyof Founding> {
  readonly #parts: MembershipParts;
  readonly #founding: Founding;

  constructor(parts: MembershipParts, founding: Founding) {
    this.#parts = parts;
    this.#founding = founding;
  }

  async publicChats(): Promise<Answer<readonly { chat: ChatId; name: string; members: number }[]>> {
    const answer = await this.#parts.api.call('GET /api/v1/public-chats', {});
    if (!answer.ok) return answer;
    const named = answer.value.chats.map(({ look, ...chat }) => ({ ...chat, name: openLook(look)?.name ?? '…' }));
    return { ok: true, value: named };
  }

  joinPublic(chat: ChatId): Done {
    return this.#ask(chat, [{ is: 'accept', identity: NO_IDENTITY }]);
  }

  async invite(id: ChatId, who: readonly MemberRef[], role: Role, choice: HistoryChoice = { is: 'none' }): Done {
    const opened = await this.#opened(id);
    if (!opened) return refused('not_found');
    const { chat, state } = opened;
    const history = state.suite === 0 ? [] : await this.#spans(chat, state, choice);
    const inside = new Set(who.map(({ org }) => org).filter((org) => openLogOf(state, org)));
    const keyring = state.suite === 0 ? null : this.#parts.account.keyring;
    const requests = await invitations(this.#parts.api, { who, role, inside, history, keyring });
    if (!requests.ok) return requests;
    for (const intents of requests.value) {
      const answer = await this.#ask(id, intents);
      if (!answer.ok) return answer;
    }
    return DONE;
  }

  async historyReach(id: ChatId, choice: HistoryChoice): Promise<Answer<HistoryReach>> {
    const opened = await this.#opened(id);
    if (!opened) return refused('not_found');
    const { chat, state } = opened;
    const { account } = this.#parts;
    const { reach } = await chooseHistory(account.library, chat, state, ownSeat(state, account.desk.me), choice);
    return { ok: true, value: reach };
  }

  async grantHistory(id: ChatId, { org, account }: MemberRef, choice: HistoryChoice): Done {
    const opened = await this.#opened(id);
    if (!opened) return refused('not_found');
    const history = await this.#spans(opened.chat, opened.state, choice);
    return history.length > 0 ? this.#ask(id, [{ is: 'grant', org, account, history }]) : DONE;
  }

  async readmit(id: ChatId, { org, account }: MemberRef): Done {
    const theirs = await this.#parts.account.keyring?.identityOf(org, account);
    if (!theirs) return refused(whyWithout(this.#parts.account.keyring, { org, account }));
    return this.#ask(id, [{ is: 'readmit', org, account, identity: theirs.chain }]);
  }

  async accept(id: ChatId): Done {
    const { api, account } = this.#parts;
    const summary = account.desk.chats.get(id)?.record.summary;
    if (summary?.kind !== 'direct') return this.#ask(id, [{ is: 'accept', identity: NO_IDENTITY }]);
    const answer = await api.call('POST /api/v1/chats/:chat/consent', { params: { chat: id } });
    if (!answer.ok || summary.suite === 0) return done(answer);
    const identity = account.keyring?.identityChain();
    return identity ? this.#ask(id, [{ is: 'keys', identity }]) : refused('vault_locked');
  }

  async fin(chat: ChatId): Done {
    const { api, account } = this.#parts;
    const opened = await this.#opened(chat);
    if (!opened) return refused('not_found');
    const { seal, desk } = account;
    if (opened.state.suite !== 0 && !seal) return refused('vault_locked');
    const body =
      opened.state.suite !== 0 && seal
        ? await composeSignedFin(signingAuthor(seal.keyring), chat)
        : composeFin(desk.me, chat);
    return done(await api.call('POST /api/v1/chats/:chat/fin', { params: { chat }, body: { body: toBase64(body) } }));
  }

  withdraw(chat: ChatId, { org, account }: MemberRef): Done {
    return this.#askAndRekey(chat, { is: 'withdraw', org, account });
  }

  remove(chat: ChatId, { org, account }: MemberRef): Done {
    return this.#askAndRekey(chat, { is: 'remove', org, account });
  }

  setRole(chat: ChatId, { org, account }: MemberRef, role: Role): Done {
    return this.#ask(chat, [{ is: 'role', org, account, role: ROLES[role] }]);
  }

  async setLook(id: ChatId, { name, colour, image }: LookChange): Done {
    const opened = await this.#opened(id);
    if (!opened) return refused('not_found');
    const { chat, state } = opened;
    const checked = image && checkPicture(image);
    if (checked && !checked.ok) return refused(checked.refusal.code, checked.refusal.detail);
    const kept = image === undefined ? lookNow(chat).image : image && toBase64(image);
    const content: LookContent = { name, colour, image: kept };
    const { random, account } = this.#parts;
    const at = { cpos: state.head.cpos, chash: state.head.hash };
    if (state.suite === 0) {
      const look = composeLook(random, at, content);
      return this.#draw(chat, look, content);
    }
    const { seal } = account;
    const lookKey = (await seal?.keys.open(chat))?.lookKeyAt(at.cpos);
    if (!seal || !lookKey) return refused('no_key');
    const look = await composeSealedLook(random, signingAuthor(seal.keyring), id, at, lookKey, content);
    return this.#draw(chat, look, content);
  }

  async #draw(chat: Chat, look: { intent: Intent; bytes: Uint8Array }, content: LookContent): Done {
    const { chat: id, look: before } = chat.record.summary;
    const answer = await this.#ask(id, [look.intent], [look.bytes]);
    const until = [...(drawn.get(chat)?.until ?? []), before, toBase64(look.bytes)];
    if (answer.ok) drawn.set(chat, { until: new Set(until), content });
    return answer;
  }

  /** Of an own chat: who may not see it is told what a made-up one would be. */
  async chatImage(id: ChatId): Promise<Answer<PictureView | null>> {
    const chat = await this.#parts.account.library.chat(id);
    if (!chat) return refused('not_found');
    const { image } = lookOf(chat);
    const bytes = image === null ? null : new Uint8Array(fromBase64(image));
    const checked = bytes && checkPicture(bytes);
    if (!checked?.ok || !bytes) return { ok: true, value: null };
    return { ok: true, value: { type: checked.value.type as PictureView['type'], bytes } };
  }

  async continueSealed(id: ChatId): Promise<Answer<ChatId>> {
    const opened = await this.#opened(id);
    if (!opened) return refused('not_found');
    const { chat, state } = opened;
    const { other, look } = chat.record.summary;
    if (other) return this.#founding.openDirect(other);
    const { me } = this.#parts.account.desk;
    const others = membersNow(state).filter(({ org, account }) => !isMe(me, org, account));
    const content = openLook(look) ?? { name: null, colour: randomColour(this.#parts.random), image: null };
    return this.#founding.createPrivate(
      content,
      others.map(({ org, account }) => ({ org, account })),
    );
  }

  /** Whoever is out must have no part of what comes after: the secret changes with it, in the same request. */
  async #askAndRekey(chat: ChatId, intent: Intent): Done {
    const opened = await this.#opened(chat);
    if (!opened) return refused('not_found');
    return this.#ask(chat, opened.state.suite === 0 ? [intent] : [intent, { is: 'rekey' }]);
  }

  async #opened(id: ChatId): Promise<{ chat: Chat; state: ChatState } | null> {
    const { library, ledger } = this.#parts.account;
    const chat = await library.chat(id);
    const control = chat && (await ledger.open(chat));
    return control ? { chat, state: control.state } : null;
  }

  async #spans(chat: Chat, state: ChatState, choice: HistoryChoice): Promise<readonly HistorySpan[]> {
    const { library, desk } = this.#parts.account;
    return (await chooseHistory(library, chat, state, ownSeat(state, desk.me), choice)).history;
  }

  async #ask(chat: ChatId, intents: readonly Intent[], looks: readonly Uint8Array[] = []): Done {
    return done(await this.#parts.account.requests.ask(chat, intents, looks));
  }
}

function lookNow(chat: Chat): LookContent {
  const own = drawn.get(chat);
  return own?.until.has(chat.record.summary.look) ? own.content : lookOf(chat);
}
