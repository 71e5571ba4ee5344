/**
 * The control logs of the desk's chats: read from the store or the node, extended by acts that are pushed, one change of a chat at a
 * time. Always holds: an act is in the store before it counts here; a log that does not hold is thrown away and fetched anew,
 * and a chat whose log still does not hold is shown but not written in.
 */
import type { ChatSummary, Control as ControlReply } from '../../protocol/api/shapes.ts';
import {
  acceptedOrganisations,
  type ChatState,
  membersNow,
  openLogOf,
  organisationsNow,
} from '../../protocol/chat/state.ts';
import { Fault, Refused } from '../../protocol/result.ts';
import type { Api } from './api.ts';
import { toBase64 } from './base64.ts';
import { type Control, extendControl, type Founding, openControl, reopenControl, type SignedAct } from './control.ts';
import type { Chat, Desk } from './desk.ts';
import { STORE } from './keys.ts';
import type { Change, Store } from './ports.ts';

export interface Ledger {
  /** As new as the chat's line says; null: it does not hold. Throws `Fault`. */
  open(chat: Chat): Promise<Control | null>;
  /** Asks the node for acts that are not here yet. Throws `Fault`. */
  refresh(chat: Chat): Promise<void>;
  take(chat: Chat, act: SignedAct, looks: readonly string[]): Promise<void>;
}

interface LedgerParts {
  readonly api: Api;
  readonly store: Store;
  readonly desk: Desk;
  readonly changed: (chat: Chat) => void;
}

export function createLedger(parts: LedgerParts): Ledger {
  return new ControlLogs(parts);
}

class ControlLogs implements Ledger {
  readonly #parts: LedgerParts;
  readonly #turns = new WeakMap<Chat, Promise<unknown>>();

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  open(chat: Chat): Promise<Control | null> {
    return this.#holding(chat, () => this.#opened(chat));
  }

  async refresh(chat: Chat): Promise<void> {
    await this.#holding(chat, async () => this.#fetchRest(chat, await this.#opened(chat)));
  }

  async take(chat: Chat, act: SignedAct, looks: readonly string[]): Promise<void> {
    await this.#holding(chat, async () => {
      const control = await this.#opened(chat);
      try {
        await this.#extend(chat, control, [act], looks);
      } catch (error) {
        if (!(error instanceof Refused) || error.refusal.code !== 'missing_part') throw error;
        await this.#fetchRest(chat, control);
      }
    });
  }

  /** One after the other for each chat, as reducing changes the state in place. What does not hold is fetched anew, once. */
  #holding(chat: Chat, work: () => Promise<unknown>): Promise<Control | null> {
    const before = this.#turns.get(chat) ?? Promise.resolve();
    const turn = before
      .catch(() => undefined)
      .then(async () => {
        try {
          await work();
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          chat.control = null;
          await this.#fetchWhole(chat).catch((again) => this.#giveUp(chat, again));
        }
        return chat.control;
      });
    this.#turns.set(chat, turn);
    return turn;
  }

  #giveUp(chat: Chat, error: unknown): void {
    if (!(error instanceof Refused)) throw error;
    chat.control = null;
    chat.record = { ...chat.record, summary: { ...chat.record.summary, readOnly: error.refusal.code } };
    this.#parts.changed(chat);
  }

  async #opened(chat: Chat): Promise<Control> {
    if (!chat.control) chat.control = await this.#fromStore(chat);
    const control = chat.control ?? (await this.#fetchWhole(chat));
    if (control.state.head.cpos < chat.record.summary.head.cpos) await this.#fetchRest(chat, control);
    return chat.control ?? control;
  }

  async #fromStore(chat: Chat): Promise<Control | null> {
    const parts = await this.#parts.store.list(STORE.control(chat.record.summary.chat));
    if (parts.length === 0) return null;
    const [founding, ...acts] = parts as [Founding, ...SignedAct[]];
    return reopenControl(founding, acts);
  }

  async #fetchFrom(chat: Chat, from: number): Promise<ControlReply> {
    const params = { chat: chat.record.summary.chat };
    const answer = await this.#parts.api.call('GET /api/v1/chats/:chat/control', { params, query: { from } });
    if (!answer.ok) throw new Fault(`the control log was refused: ${answer.refusal.code}`);
    return answer.value;
  }

  async #fetchWhole(chat: Chat): Promise<Control> {
    const reply = await this.#fetchFrom(chat, 0);
    const control = await openControl(chat.record.summary.chat, reply);
    await this.#keep(chat, control, reply.acts, 1);
    return control;
  }

  async #fetchRest(chat: Chat, control: Control): Promise<void> {
    const reply = await this.#fetchFrom(chat, control.state.head.cpos + 1);
    await this.#extend(chat, control, reply.acts, reply.looks);
  }

  async #extend(chat: Chat, control: Control, acts: readonly SignedAct[], looks: readonly string[]): Promise<void> {
    const before = control.state.head.cpos;
    const next = await extendControl(control, acts, looks);
    const taken = next.state.head.cpos - before;
    if (next !== control) await this.#keep(chat, next, taken > 0 ? acts.slice(-taken) : [], before + 1);
  }

  async #keep(chat: Chat, control: Control, acts: readonly SignedAct[], first: number): Promise<void> {
    const id = chat.record.summary.chat;
    chat.record = { ...chat.record, summary: summaryAfter(chat.record.summary, control, this.#parts.desk) };
    const changes: Change[] = acts.map((act, i) => ({ key: STORE.controlAt(id, first + i), value: act }));
    changes.push({ key: STORE.controlAt(id, 0), value: control.founding });
    if (first === 1) changes.unshift({ dropAll: STORE.control(id) });
    await this.#parts.store.write([...changes, { key: STORE.chat(id), value: chat.record }]);
    chat.control = control;
    chat.version++;
    this.#parts.changed(chat);
  }
}

/** The chat's line, as far as the control log says it better. */
function summaryAfter(summary: ChatSummary, { state, founding }: Control, { me }: Desk): ChatSummary {
  const { cpos, hash, hlc } = state.head;
  if (cpos < summary.head.cpos) return summary;
  const accepted = acceptedOrganisations(state);
  return {
    ...summary,
    head: { cpos, chash: toBase64(hash), hlc },
    logId: accepted.has(me.org) ? (openLogOf(state, me.org)?.logId ?? null) : null,
    look: founding.look ?? summary.look,
    ...countsOf(summary, state),
    readOnly: state.closed ? 'chat_closed' : summary.readOnly,
  };
}

/** The general chat's members are counted by its node alone: there are no acts for them. */
function countsOf(summary: ChatSummary, state: ChatState): Pick<ChatSummary, 'members' | 'organisations'> {
  if (state.kind === 'general') return { members: summary.members, organisations: summary.organisations };
  const members = membersNow(state).filter((member) => member.accepted).length;
  return { members, organisations: [...organisationsNow(state)] };
}
