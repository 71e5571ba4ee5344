/** The open conversation: its items, who is in it, and what the person signed in may do there now. */
import { ROLES, roleName } from '../../protocol/chat/intent.ts';
import { pinNow, suspensionNow } from '../../protocol/chat/pins.ts';
import { judge } from '../../protocol/chat/rights.ts';
import { type ChatState, type MemberNow, memberKey, membersNow, policyAt, roleAt } from '../../protocol/chat/state.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import type { AccountId, OrgId } from '../../protocol/ids.ts';
import { decodeBody, type RequestBody } from '../../protocol/log/entry.ts';
import { fromBase64 } from './base64.ts';
import { type Chat, type Desk, isMe, myKey } from './desk.ts';
import { fold, UNTOUCHED } from './folding.ts';
import { type ItemMemory, isOpening, itemsOf, surroundingsOf } from './items.ts';
import { sealView } from './key-wait.ts';
import { chatView } from './list.ts';
import { quoteView, type Surroundings } from './message-views.ts';
import type { ConversationView, MemberView, PinView } from './model.ts';
import type { Outbox } from './outbox.ts';
import { organisationView, personByKey, personView } from './people.ts';

/** What clients do by themselves is nothing that anybody waits for. */
const OF_KEYS: ReadonlySet<string> = new Set(['keys', 'rekey', 'rewrap', 'supply']);

const MOST_PINS = 50;

export interface Opened {
  readonly chat: Chat;
  readonly memory: ItemMemory;
  loading: boolean;
}

export function conversationView(desk: Desk, outbox: Outbox, { chat, memory, loading }: Opened): ConversationView {
  const state = chat.control?.state ?? null;
  const role = state ? roleAt(state, desk.me.org, desk.me.account, state.head.cpos) : 0;
  const around = surroundingsOf(desk, chat, outbox);
  return {
    chat: chatView(desk, chat),
    items: itemsOf(around, outbox, memory),
    loading: loading || isOpening(chat),
    hasOlder: !chat.complete,
    hasNewer: false,
    pins: pinsOf(around),
    members: state ? memberViews(desk, state) : [],
    role: role > 0 ? roleName(role) : null,
    can: rightsOf(desk, chat, state, role),
    seal: sealView(desk, chat),
    waiting: state ? waitingOf(desk, chat, state) : [],
  };
}

/** The last pinned first; what is erased is not pinned any more. */
function pinsOf(around: Surroundings): PinView[] {
  const pins: PinView[] = [];
  for (const { remarks } of around.remarks.values()) {
    const pin = remarks.find(({ said }) => said.type === 'pin');
    const { pinned } = pin ? fold(pin.by, remarks) : UNTOUCHED;
    if (!pin || !pinned) continue;
    const quote = quoteView(around, pin.said.target);
    if (quote.instead !== 'erased') pins.push({ ...quote, by: personByKey(around.desk, pinned.by), at: pinned.at });
  }
  return pins.sort((a, b) => b.at - a.at).slice(0, MOST_PINS);
}

function rightsOf(desk: Desk, chat: Chat, state: ChatState | null, role: number): ConversationView['can'] {
  const { summary } = chat.record;
  const policy = state && policyAt(state, state.head.cpos);
  const writable = state !== null && !state.closed && summary.readOnly === null && summary.logId !== null;
  const open = writable && role > 0 && summary.standing === 'member';
  const invite = open && policy !== null && role >= policy.invite && ['public', 'private'].includes(summary.kind);
  return {
    post: open && policy !== null && role >= policy.post,
    invite,
    inviteOutsiders: invite && summary.kind === 'private' && policy.outsiders && desk.me.mayBringOutsiders,
    look: open && policy !== null && summary.kind !== 'direct' && mayLook(desk, state, role, policy.look),
    leave: summary.standing === 'member' && summary.kind !== 'general',
    grantHistory: open && summary.suite !== 0 && policy !== null && role >= policy.grantHistory,
  };
}

function mayLook({ me }: Desk, state: ChatState, role: number, least: number): boolean {
  return state.kind === 'general' ? me.administrator : role >= least;
}

function memberViews(desk: Desk, state: ChatState): MemberView[] {
  const views = membersNow(state).map((member) => memberView(desk, state, member));
  const rank = { owner: 0, moderator: 1, member: 2 };
  return views.sort(
    (a, b) =>
      Number(b.accepted) - Number(a.accepted) ||
      rank[a.role] - rank[b.role] ||
      a.person.name.localeCompare(b.person.name),
  );
}

function memberView(desk: Desk, state: ChatState, { org, account, role, accepted, interval }: MemberNow): MemberView {
  const { me } = desk;
  const other = role < ROLES.owner ? role + 1 : role - 1;
  return {
    person: personView(desk, org, account),
    role: roleName(role),
    accepted,
    invitedBy: interval.invitedHlc === 0 ? null : personByKey(desk, interval.invitedBy),
    since: hlcMs(interval.invitedHlc || (state.genesis.is === 'direct' ? 0 : state.genesis.hlc)),
    waitsFor: waitsForOf(desk, state, org, account) ?? (accepted ? null : waitsForAnswer(desk, org)),
    can: {
      remove: accepted && judge(state, me, { is: 'remove', org, account }) === null,
      withdraw: !accepted && judge(state, me, { is: 'withdraw', org, account }) === null,
      setRole: accepted && judge(state, me, { is: 'role', org, account, role: other }) === null,
      readmit: maySealed(desk, state, 'readmit', org, account),
      grant: maySealed(desk, state, 'grant', org, account),
    },
  };
}

function waitsForOf(desk: Desk, state: ChatState, org: OrgId, account: AccountId): MemberView['waitsFor'] {
  if (state.suite === 0) return null;
  const member = state.members.get(memberKey(org, account));
  if (suspensionNow(member)) return 'readmit';
  // A side of a direct chat has keys; the chat was founded with them.
  if (state.kind === 'direct' || pinNow(member)) return null;
  const mark = desk.identityMark(org, account);
  // Who has keys by now gets them in the chat before long.
  if (mark === 'unanswered') return 'answer';
  return mark === 'none' ? 'log-in' : null;
}

/** An invitation goes where its organisation's node is, and is answered there. */
function waitsForAnswer(desk: Desk, org: OrgId): 'organisation' | 'person' {
  return organisationView(desk, org).reachable ? 'person' : 'organisation';
}

/** What needs a right, and somebody to whom it can be done; the identity and the spans come when it is asked for. */
function maySealed({ me }: Desk, state: ChatState, what: 'readmit' | 'grant', org: OrgId, account: AccountId): boolean {
  if (state.suite === 0 || state.kind !== 'private' || isMe(me, org, account)) return false;
  const member = state.members.get(memberKey(org, account));
  const role = roleAt(state, me.org, me.account, state.head.cpos);
  const policy = policyAt(state, state.head.cpos);
  const isSuspended = suspensionNow(member) !== undefined;
  if (role === 0 || suspensionNow(state.members.get(myKey(me)))) return false;
  return what === 'readmit' ? isSuspended && role >= policy.invite : !isSuspended && role >= policy.grantHistory;
}

/** Own requests that the hub has not answered. */
function waitingOf(desk: Desk, chat: Chat, state: ChatState): ConversationView['waiting'] {
  const waiting: { what: string; hub: ConversationView['waiting'][number]['hub'] }[] = [];
  for (const { entry } of chat.entries?.values() ?? []) {
    if (entry.kind !== 'request' || entry.void !== null || !isMe(desk.me, entry.org, entry.account)) continue;
    if (state.disposed.has(`${entry.log}:${entry.seq}`) || entry.body === null) continue;
    const read = decodeBody('request', fromBase64(entry.body));
    const intents = read.ok ? (read.value.body as RequestBody).intents : [];
    for (const { is } of intents) {
      if (!OF_KEYS.has(is)) waiting.push({ what: is, hub: organisationView(desk, state.hub) });
    }
  }
  return waiting;
}

/** Whom the conversation names: so that their profiles can be asked for. */
export function peopleIn(desk: Desk, chat: Chat) {
  const keys = new Set([myKey(desk.me)]);
  const { other, invitedBy } = chat.record.summary;
  for (const who of [other, invitedBy, chat.record.preview]) if (who) keys.add(`${who.org}/${who.account}`);
  for (const key of chat.control?.state.members.keys() ?? []) keys.add(key);
  for (const { entry } of chat.entries?.values() ?? []) keys.add(`${entry.org}/${entry.account}`);
  keys.delete(myKey(desk.me));
  return keys;
}
