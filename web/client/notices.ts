/** Lines about membership and settings, one for each act that people want to know of, in order. */

import { equalBytes } from '../../protocol/bytes.ts';
import { roleName } from '../../protocol/chat/intent.ts';
import type { Change } from '../../protocol/chat/reduce.ts';
import { memberKey } from '../../protocol/chat/state.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import { REFUSAL_CODES, type RefusalCode } from '../../protocol/refusals.ts';
import type { Noted } from './control.ts';
import { type Chat, type Desk, entryKey, isMe } from './desk.ts';
import { isInWindow } from './entries.ts';
import type { NoticeView } from './model.ts';
import { personView } from './people.ts';
import { refusalOf } from './refusal.ts';

export interface Notice {
  readonly hlc: number;
  readonly view: NoticeView;
}

interface Memory {
  readonly deskVersion: number;
  readonly noted: readonly Noted[];
  readonly all: readonly Notice[];
}
const memories = new WeakMap<Chat, Memory>();

/** Those that lie in the chat's window. */
export function noticesOf(desk: Desk, chat: Chat): Notice[] {
  const { control } = chat;
  if (!control) return [];
  let memory = memories.get(chat);
  if (!memory || memory.deskVersion !== desk.version || memory.noted !== control.noted) {
    memory = { deskVersion: desk.version, noted: control.noted, all: allNotices(desk, chat, memory?.all ?? []) };
    memories.set(chat, memory);
  }
  return memory.all.filter(({ hlc }) => isInWindow(chat, { hlc, org: desk.me.org, seq: 0 }));
}

function allNotices(desk: Desk, chat: Chat, before: readonly Notice[]): Notice[] {
  const kept = new Map(before.map((notice) => [notice.view.key, notice]));
  const made = [created(desk, chat), ...(chat.control?.noted ?? []).map((noted) => noticeOf(desk, chat, noted))];
  return made
    .filter((notice) => notice !== null)
    .map((notice) => {
      const same = kept.get(notice.view.key);
      return same && JSON.stringify(same) === JSON.stringify(notice) ? same : notice;
    });
}

function created(desk: Desk, { control }: Chat): Notice | null {
  const genesis = control?.state.genesis;
  if (!genesis || genesis.is === 'direct' || genesis.is === 'general') return null;
  const { hlc, org, account } = genesis;
  return { hlc, view: view('act:0', hlc, { what: 'created', by: personView(desk, org, account) }) };
}

function noticeOf(desk: Desk, chat: Chat, { cpos, hlc, outcome }: Noted): Notice | null {
  const key = `act:${cpos}`;
  if (!outcome.ok) {
    return OF_KEYS.has(outcome.code)
      ? null
      : { hlc, view: view(key, hlc, { what: 'noop', refusal: refusalOf(outcome.code) }) };
  }
  const said = saidOf(desk, chat, cpos, outcome.change);
  return said && { hlc, view: view(key, hlc, said) };
}

/** Clients settle these by themselves. */
const OF_KEYS: ReadonlySet<RefusalCode> = new Set(['card_older', 'stale_key_material', 'incomplete_key_material']);

type Concerning = Extract<Change, { account: unknown }>;
type Said = Pick<NoticeView, 'what'> & Partial<NoticeView>;

function saidOf(desk: Desk, chat: Chat, cpos: number, change: Change): Said | null {
  switch (change.is) {
    case 'role':
      return { ...concerning(desk, change), what: 'role', role: roleName(change.role) };
    case 'look':
      if (isFoundingLook(chat, cpos)) return null;
      return { what: 'look', by: personView(desk, change.by.org, change.by.account) };
    case 'policy':
      return { what: change.is, by: personView(desk, change.by.org, change.by.account) };
    case 'hub':
      return { what: 'hub' };
    case 'keys':
      return keysSaid(desk, chat, cpos, change);
    case 'rewrap':
    case 'supplied':
    case 'tick':
    case 'setAside':
    case 'rekeyed':
      return null;
    case 'refused':
      return refusedSaid(desk, chat, change);
    case 'invited':
    case 'joined':
    case 'granted':
      return { ...concerning(desk, change), what: change.is, history: openedAt(chat, cpos, change) };
    default:
      return { ...concerning(desk, change), what: change.is };
  }
}

/** The first name and colour are a part of making the chat, and no news. A general chat is made without. */
function isFoundingLook({ control }: Chat, cpos: number): boolean {
  if (!control || control.state.kind === 'general') return false;
  const first = control.noted.find(({ outcome }) => outcome.ok && outcome.change.is === 'look');
  return first?.cpos === cpos;
}

function refusedSaid(desk: Desk, chat: Chat, change: Extract<Change, { is: 'refused' }>): Said | null {
  const code = REFUSAL_CODES[change.code] ?? 'not_allowed';
  if (OF_KEYS.has(code) || !isOwnRequest(desk, chat, change.logSeq)) return null;
  return { what: 'refused', refusal: refusalOf(code) };
}

/** Worth a line are the first keys of whoever was in without, and another identity. */
function keysSaid(desk: Desk, { control }: Chat, cpos: number, change: Concerning): Said | null {
  const member = control?.state.members.get(memberKey(change.org, change.account));
  const index = member?.pins.findIndex(({ at }) => at === cpos) ?? -1;
  const [pin, before] = [member?.pins[index], member?.pins[index - 1]];
  if (!control || !pin) return null;
  // Founders state their keys first.
  if (!before)
    return control.state.kind === 'private' && cpos > 1 ? { ...concerning(desk, change), what: 'keyed' } : null;
  return equalBytes(before.identity.uik, pin.identity.uik) ? null : { ...concerning(desk, change), what: 'succeeded' };
}

/** What the act opened of the past. */
function openedAt({ control }: Chat, cpos: number, { org, account }: MemberRef): NoticeView['history'] {
  const segments = control?.state.segments ?? [];
  const grant = control?.state.members.get(memberKey(org, account))?.grants.find(({ at }) => at === cpos);
  if (!grant || grant.openings.length === 0) return null;
  const from = Math.min(...grant.openings.map((opening) => opening.from));
  const first = segments.find(({ at }) => at === from);
  return first ? { from: hlcMs(first.hlc), all: first === segments[0] } : null;
}

function concerning(desk: Desk, change: Concerning): Pick<Said, 'by' | 'person'> {
  const { by, org, account } = change;
  return { by: by && personView(desk, by.org, by.account), person: personView(desk, org, account) };
}

function isOwnRequest(desk: Desk, chat: Chat, logSeq: string): boolean {
  const [log = '', seq = ''] = logSeq.split(':');
  const entry = chat.entries?.get(entryKey(log as never, Number(seq)))?.entry;
  return entry !== undefined && isMe(desk.me, entry.org, entry.account);
}

function view(key: string, hlc: number, said: Said): NoticeView {
  return {
    is: 'notice',
    key,
    at: hlcMs(hlc),
    by: null,
    person: null,
    role: null,
    refusal: null,
    history: null,
    ...said,
  };
}
