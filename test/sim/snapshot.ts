/** What the nodes hold at the end of a run, read from their databases, and what the chats are by the longest control log. */
import { readAct } from '../../protocol/chat/act.ts';
import { compareShown } from '../../protocol/chat/order.ts';
import { reduce } from '../../protocol/chat/reduce.ts';
import type { ChatState } from '../../protocol/chat/state.ts';
import { type SignedBy, whyVoid } from '../../protocol/chat/validity.ts';
import { type AccountId, type ChatId, idFromBytes, type LogId, type OrgId } from '../../protocol/ids.ts';
import { decodeBody, entryKind } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { HeldChat } from '../../server/chats/held.ts';
import type { WorldNode } from '../world/node.ts';
import { textIn } from '../world/talk.ts';
import type { Stage } from './stage.ts';

export interface Entry {
  readonly logId: LogId;
  readonly org: OrgId;
  readonly seq: number;
  readonly account: AccountId;
  readonly kind: number;
  readonly cpos: number;
  readonly hlc: number;
  readonly state: number;
  readonly body: Uint8Array | null;
  readonly arrival: number;
  /** In sealed chats, of messages and erasures. */
  readonly device: Uint8Array | null;
}

/** A chat as one node holds it. */
export interface Copy {
  readonly node: WorldNode;
  readonly org: OrgId;
  readonly held: HeldChat;
  readonly acts: readonly { readonly bytes: Uint8Array; readonly signature: Uint8Array }[];
  /** Arrival of the act at each position. */
  readonly actArrivals: ReadonlyMap<number, number>;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly receipts: readonly { readonly logId: LogId; readonly org: OrgId; readonly seq: number }[];
}

export interface Judged extends Entry {
  readonly key: string;
  readonly code: RefusalCode | null;
  readonly text: string | null;
}

/** A chat as it really is. */
export interface Truth {
  readonly chat: ChatId;
  readonly state: ChatState;
  readonly copies: readonly Copy[];
  /** Nodes that stopped the chat, because its hub went back and contradicted itself (PROTOCOL 4.9). */
  readonly apart: ReadonlySet<WorldNode>;
  readonly acts: Copy['acts'];
  /** Of all nodes together, in display order. */
  readonly entries: readonly Judged[];
}

export function truthOf({ nodes, tainted }: Stage, chat: ChatId): Truth | null {
  const all = nodes.filter((node) => !tainted.has(node)).flatMap((node) => copyOf(node, chat) ?? []);
  const wentBack = new Set([...tainted].map(({ core }) => core.organisation.orgId));
  const isApart = ({ held }: Copy) => held.stopped === 'forked' && held.hubs.some((hub) => wentBack.has(hub));
  const copies = all.filter((copy) => !isApart(copy));
  const longest = copies.reduce<Copy | null>((a, b) => (a && a.acts.length >= b.acts.length ? a : b), null);
  if (!longest) return null;
  const acts = longest.acts.map((signed) => {
    const read = readAct(signed);
    if (!read.ok) throw new Error('a stored act does not read');
    return read.value;
  });
  const state = reduce(longest.held.genesis, acts);
  const apart = new Set(all.filter(isApart).map(({ node }) => node));
  return { chat, state, copies, apart, acts: longest.acts, entries: judgeAll(state, copies) };
}

function copyOf(node: WorldNode, chat: ChatId): Copy | null {
  const held = node.core.chats.sharing.find(chat);
  if (!held) return null;
  const { read } = node.db;
  const acts = read
    .prepare<[number], { bytes: Uint8Array; signature: Uint8Array }>(
      'SELECT bytes, signature FROM act WHERE chat = ? ORDER BY cpos',
    )
    .all(held.id);
  const events = read
    .prepare<[number], { arrival: number; a: number }>('SELECT arrival, a FROM event WHERE chat = ? AND kind = 1')
    .all(held.id);
  const rows = read
    .prepare<[number], Entry>(
      `SELECT logId, chatLog.org, seq, account, entry.kind, cpos, hlc, state, body, arrival, entry.device FROM entry
       JOIN chatLog ON chatLog.id = entry.log JOIN person ON person.id = entry.person WHERE entry.chat = ? ORDER BY seq`,
    )
    .all(held.id);
  const receipts = read
    .prepare<[number], { logId: LogId; org: OrgId; seq: number }>(
      'SELECT logId, receipt.org, receipt.seq FROM receipt JOIN chatLog ON chatLog.id = receipt.log WHERE chatLog.chat = ?',
    )
    .all(held.id);
  return {
    node,
    org: node.core.organisation.orgId,
    held,
    acts,
    actArrivals: new Map(events.map(({ arrival, a }) => [a, arrival])),
    entries: new Map(rows.map((row) => [`${row.logId}:${row.seq}`, row])),
    receipts,
  };
}

function judgeAll(state: ChatState, copies: readonly Copy[]): Judged[] {
  const all = new Map<string, Entry>();
  for (const copy of copies) {
    for (const [key, entry] of copy.entries) if (!all.get(key)?.body) all.set(key, entry);
  }
  const inOrder = [...all].sort(([, a], [, b]) => (a.logId === b.logId ? a.seq - b.seq : a.logId < b.logId ? -1 : 1));
  const fins: Entry[] = [];
  const judged = inOrder.map(([key, entry]): Judged => {
    const before = fins.filter((fin) => fin.logId === entry.logId && fin.account === entry.account);
    const code = whyVoid(state, { ...placed(entry), ...signedIn(entry, inOrder), fins: before });
    if (entryKind(entry.kind) === 'fin' && !code) fins.push(entry);
    return { ...entry, key, code, text: textOf(entry) };
  });
  return judged.sort(compareShown);
}

function placed({ logId, seq, cpos, kind, account }: Entry) {
  return { logId, seq, cpos, kind: entryKind(kind), account };
}

/** Nobody's device lies in these runs. */
function signedIn(entry: Entry, all: readonly (readonly [string, Entry])[]): { signed?: SignedBy } {
  if (!entry.device) return {};
  const before = all.filter(
    ([, each]) => each.logId === entry.logId && each.account === entry.account && each.seq < entry.seq,
  );
  const carried = before.flatMap(([, { kind, body }]) => {
    const read = kind === 1 && body ? decodeBody('request', body) : null;
    const intents = read?.ok && read.value.kind === 'request' ? read.value.body.intents : [];
    return intents.flatMap((intent) => (intent.is === 'keys' ? [intent.identity] : []));
  });
  return { signed: { device: idFromBytes('device', entry.device), devSig: 'good', carried } };
}

function textOf({ kind, body }: Entry): string | null {
  if (kind !== 0 || !body) return null;
  const read = decodeBody('message', body);
  return read.ok && read.value.kind === 'message' ? textIn(read.value.body.ciphertext) : null;
}
