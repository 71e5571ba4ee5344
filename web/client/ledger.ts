/**
 * The control logs of the desk's chats: read from the store or the node, extended by acts that are pushed, one change of a chat at a
 * time. Always holds: an act is in the store before it counts here; a log that does not hold is thrown away and fetched anew,
 * and a chat whose log still does not hold is shown but not written in.
 */
import type { ChatSummary } from '../../protocol/api/shapes.ts';
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

export function createLedger(parts: { api: Api; store: Store; desk: Desk; changed: (chat: Chat) => void }): Ledger {
  const { api, store, desk, changed } = parts;
  const turns = new WeakMap<Chat, Promise<unknown>>();

  /** One after the other for each chat: reducing changes the state in place. */
  function inTurn<T>(chat: Chat, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(chat) ?? Promise.resolve()).catch(() => undefined).then(work);
    turns.set(chat, turn);
    return turn;
  }

  async function fetchFrom(chat: Chat, from: number) {
    const params = { chat: chat.record.summary.chat };
    const answer = await api.call('GET /api/v1/chats/:chat/control', { params, query: { from } });
    if (!answer.ok) throw new Fault(`the control log was refused: ${answer.refusal.code}`);
    return answer.value;
  }

  async function fromStore(chat: Chat): Promise<Control | null> {
    const parts = await store.list(STORE.control(chat.record.summary.chat));
    if (parts.length === 0) return null;
    const [founding, ...acts] = parts as [Founding, ...SignedAct[]];
    return reopenControl(founding, acts);
  }

  async function keep(chat: Chat, control: Control, acts: readonly SignedAct[], first: number): Promise<void> {
    const { summary } = chat.record;
    const id = summary.chat;
    chat.record = { ...chat.record, summary: summaryAfter(summary, control, desk) };
    const changes: Change[] = acts.map((act, i) => ({ key: STORE.controlAt(id, first + i), value: act }));
    changes.push({ key: STORE.controlAt(id, 0), value: control.founding });
    if (first === 1) changes.unshift({ dropAll: STORE.control(id) });
    await store.write([...changes, { key: STORE.chat(id), value: chat.record }]);
    chat.control = control;
    chat.version++;
    changed(chat);
  }

  async function fetchWhole(chat: Chat): Promise<Control> {
    const reply = await fetchFrom(chat, 0);
    const control = await openControl(chat.record.summary.chat, reply);
    await keep(chat, control, reply.acts, 1);
    return control;
  }

  async function fetchRest(chat: Chat, control: Control): Promise<void> {
    const reply = await fetchFrom(chat, control.state.head.cpos + 1);
    await extend(chat, control, reply.acts, reply.looks);
  }

  async function extend(
    chat: Chat,
    control: Control,
    acts: readonly SignedAct[],
    looks: readonly string[],
  ): Promise<void> {
    const before = control.state.head.cpos;
    const next = await extendControl(control, acts, looks);
    const taken = next.state.head.cpos - before;
    if (taken > 0 || next !== control) await keep(chat, next, taken > 0 ? acts.slice(-taken) : [], before + 1);
  }

  async function opened(chat: Chat): Promise<Control> {
    if (!chat.control) chat.control = await fromStore(chat);
    const control = chat.control ?? (await fetchWhole(chat));
    if (control.state.head.cpos < chat.record.summary.head.cpos) await fetchRest(chat, control);
    return chat.control ?? control;
  }

  /** What does not hold is fetched anew, once; after that the chat is only shown. */
  async function holding(chat: Chat, work: () => Promise<unknown>): Promise<Control | null> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      chat.control = null;
      await fetchWhole(chat).catch((again) => giveUp(chat, again));
    }
    return chat.control;
  }

  function giveUp(chat: Chat, error: unknown): void {
    if (!(error instanceof Refused)) throw error;
    chat.control = null;
    chat.record = { ...chat.record, summary: { ...chat.record.summary, readOnly: error.refusal.code } };
    changed(chat);
  }

  return {
    open: (chat) => inTurn(chat, () => holding(chat, () => opened(chat))),
    refresh: async (chat) => {
      await inTurn(chat, () => holding(chat, async () => fetchRest(chat, await opened(chat))));
    },
    take: async (chat, act, looks) => {
      await inTurn(chat, () => holding(chat, async () => extendOrFetch(chat, act, looks)));
    },
  };

  async function extendOrFetch(chat: Chat, act: SignedAct, looks: readonly string[]): Promise<void> {
    const control = await opened(chat);
    try {
      await extend(chat, control, [act], looks);
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.code !== 'missing_part') throw error;
      await fetchRest(chat, control);
    }
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
  if (state.kind === 'general') return summary;
  const members = membersNow(state).filter((member) => member.accepted).length;
  return { members, organisations: [...organisationsNow(state)] };
}
