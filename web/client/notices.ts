/** Lines about membership and settings, one for each act that people want to know of, in order. */
import { roleName } from '../../protocol/chat/intent.ts';
import type { Change } from '../../protocol/chat/reduce.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import { REFUSAL_CODES } from '../../protocol/refusals.ts';
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
  if (!outcome.ok) return { hlc, view: view(key, hlc, { what: 'noop', refusal: refusalOf(outcome.code) }) };
  const said = saidOf(desk, chat, outcome.change);
  return said && { hlc, view: view(key, hlc, said) };
}

type Said = Pick<NoticeView, 'what'> & Partial<NoticeView>;

function saidOf(desk: Desk, chat: Chat, change: Change): Said | null {
  switch (change.is) {
    case 'role':
      return { ...concerning(desk, change), what: 'role', role: roleName(change.role) };
    case 'policy':
    case 'look':
      return { what: change.is, by: personView(desk, change.by.org, change.by.account) };
    case 'hub':
      return { what: 'hub' };
    case 'keys':
    case 'rewrap':
    case 'supplied':
    case 'tick':
    case 'setAside':
    case 'suspended':
    case 'readmitted':
    case 'granted':
    case 'rekeyed':
      return null;
    case 'refused':
      return isOwnRequest(desk, chat, change.logSeq)
        ? { what: 'refused', refusal: refusalOf(REFUSAL_CODES[change.code] ?? 'not_allowed') }
        : null;
    default:
      return { ...concerning(desk, change), what: change.is };
  }
}

function concerning(desk: Desk, change: Extract<Change, { account: unknown }>): Pick<Said, 'by' | 'person'> {
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
