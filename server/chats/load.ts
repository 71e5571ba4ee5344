/** Reads a chat as it is stored into what the node holds of it (held.ts): state, heads, what waits for its block. */
import { applyAct } from '../../protocol/chat/reduce.ts';
import { foundChat, memberKey } from '../../protocol/chat/state.ts';
import type { AccountId, ChatId, OrgId } from '../../protocol/ids.ts';
import { bodyCommit, decodeBody, entryKind } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { assert } from '../../protocol/result.ts';
import type { Statements } from '../db/statements.ts';
import type { EntryRow } from './feed.ts';
import {
  type HeldChat,
  type HeldLog,
  holdLog,
  type LogRow,
  noteAct,
  noteFin,
  type OpenEntry,
  readActs,
  wholeUpTo,
} from './held.ts';
import { readJumps } from './late-blocks.ts';
import { unpackBlobs } from './named-blobs.ts';
import type { People } from './people.ts';

interface ChatRow {
  readonly id: number;
  readonly chatId: ChatId;
  readonly genesis: Uint8Array;
  readonly founderSignature: Uint8Array;
  readonly hubKey: Uint8Array | null;
  readonly stopped: RefusalCode | null;
}

const CHAT = 'SELECT id, chatId, genesis, founderSignature, hubKey, stopped FROM chat WHERE';

export function readChatRow(from: Statements, chatId: ChatId): ChatRow | undefined {
  return from.prepare<[string], ChatRow>(`${CHAT} chatId = ?`).one(chatId);
}

export function readChatRowById(from: Statements, id: number): ChatRow | undefined {
  return from.prepare<[number], ChatRow>(`${CHAT} id = ?`).one(id);
}

/** Reads the chat as it is stored. */
export function loadChat(from: Statements, row: ChatRow, people: People): HeldChat {
  const state = foundChat(row.genesis);
  if (row.hubKey && !state.hubKey) state.hubKey = row.hubKey;
  const genesisHead = { hash: state.head.hash, hlc: state.head.hlc };
  const held: HeldChat = {
    id: row.id,
    chatId: row.chatId,
    state,
    genesis: row.genesis,
    founderSignature: row.founderSignature,
    logs: new Map(),
    heads: [genesisHead],
    stopped: row.stopped,
    confirmed: false,
    seenHlc: 0,
    hubs: [state.hub],
    leaving: new Map(),
    alone: null,
  };
  for (const read of readActs(from, row.id, 1, Number.MAX_SAFE_INTEGER)) {
    applyAct(state, read);
    noteAct(held, read);
  }
  loadLogs(from, held, people);
  loadLeaving(from, held);
  return held;
}

function loadLogs(from: Statements, held: HeldChat, people: People): void {
  const rows = from.prepare<[number], LogRow>('SELECT * FROM chatLog WHERE chat = ? ORDER BY id').all(held.id);
  for (const row of rows) {
    const log = holdLog(row);
    const last = from
      .prepare<[number], { seq: number | null; hlc: number | null }>(
        'SELECT max(seq) AS seq, max(hlc) AS hlc FROM entry WHERE log = ?',
      )
      .one(row.id);
    log.lastSeq = Math.max(log.head.seq, last?.seq ?? 0);
    log.lastHlc = Math.max(log.head.hlc, last?.hlc ?? 0);
    log.wholeSeq = wholeUpTo(from, log);
    log.open = readOpen(from, log, people);
    log.jumps = readJumps(from, log.id);
    held.seenHlc = Math.max(held.seenHlc, log.lastHlc);
    held.logs.set(row.logId, log);
  }
}

function loadLeaving(from: Statements, held: HeldChat): void {
  const rows = from
    .prepare<[number], { org: OrgId; account: AccountId; cpos: number }>(
      `SELECT person.org, person.account, fin.cpos FROM fin JOIN person ON person.id = fin.person
       WHERE fin.log IN (SELECT id FROM chatLog WHERE chat = ?)`,
    )
    .all(held.id);
  for (const { org, account, cpos } of rows) noteFin(held, memberKey(org, account), cpos);
}

function readOpen(from: Statements, log: HeldLog, people: People): OpenEntry[] {
  const rows = from
    .prepare<[number, number], Pick<EntryRow, 'seq' | 'kind' | 'person' | 'cpos' | 'hlc' | 'body' | 'blobs'>>(
      'SELECT seq, kind, person, cpos, hlc, body, blobs FROM entry WHERE log = ? AND seq > ? ORDER BY seq',
    )
    .all(log.id, log.head.seq);
  return rows.map((row) => {
    assert(row.body, 'an entry outside a block keeps its body');
    const body = decodeBody(entryKind(row.kind), row.body);
    assert(body.ok, 'a stored body reads');
    return {
      seq: row.seq,
      cpos: row.cpos,
      header: {
        kind: row.kind,
        account: people.get(from, row.person).account,
        device: body.value.body.device,
        bodyCommit: bodyCommit(row.body),
        bodyLength: row.body.length,
        blobs: unpackBlobs(row.blobs),
        hlc: row.hlc,
      },
    };
  });
}
