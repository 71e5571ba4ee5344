/**
 * The words of general and public chats (P15): filled in the background along the arrival order, and before somebody searches. Always
 * holds: nothing of a private or direct chat is in it; what is erased leaves it in the same transaction; the text stands in its
 * entry alone, and is read again when its words have to go.
 */
import { idBytes } from '../../protocol/ids.ts';
import { ENTRY_KINDS } from '../../protocol/log/entry.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Statements } from '../db/statements.ts';
import type { Clock, Timer } from '../ports.ts';
import type { Feed } from './feed.ts';
import type { HeldChat } from './held.ts';
import { type OpenSaid, openSaid, openWords } from './open-words.ts';

/** A message that counts, as its row has it. */
export interface OpenRow {
  readonly arrival: number;
  readonly chat: number;
  readonly person: number;
  readonly body: Uint8Array;
}

export interface OpenIndex {
  /** Everything that is stored now is in it afterwards. */
  catchUp(): Promise<void>;
  /** Its body is about to be lost. */
  erasing(tx: Tx, held: HeldChat, arrival: number): void;
  /** What a message says now: its text, or the newest edit's. Null: nothing that can be searched for. */
  saidNow(from: Statements, row: OpenRow): { text: string; names: readonly string[] } | null;
  stop(): void;
}

const AT_ONCE = 200;
const FILL_AFTER_MS = 1_000;
const ROW = 'entry.arrival, entry.chat, entry.person, entry.body';
const COUNTS = `entry.state = 0 AND entry.kind = ${ENTRY_KINDS.message} AND entry.body IS NOT NULL`;

export function isOpenKind(kind: string): boolean {
  return kind === 'general' || kind === 'public';
}

export function createOpenIndex({ db, clock, feed }: { db: Database; clock: Clock; feed: Feed }): OpenIndex {
  let timer: Timer | undefined;
  let isStopped = false;

  const ending = feed.listen((item) => {
    if (item.is === 'entry' && isOpenKind(item.held.state.kind)) soon();
  });

  function soon(): void {
    if (!isStopped) timer ??= clock.after(FILL_AFTER_MS, fill);
  }

  async function fill(): Promise<void> {
    timer = undefined;
    if (await db.write(fillSome)) soon();
  }

  async function catchUp(): Promise<void> {
    while (await db.write(fillSome));
  }

  /** True: there is more. */
  function fillSome(tx: Tx): boolean {
    const from = markOf(tx);
    const rows = tx
      .prepare<[number, number], OpenRow>(
        `SELECT ${ROW} FROM entry JOIN chat ON chat.id = entry.chat WHERE entry.arrival > ? AND ${COUNTS}
         AND chat.kind IN ('general', 'public') ORDER BY entry.arrival LIMIT ?`,
      )
      .all(from, AT_ONCE);
    for (const row of rows) put(tx, row);
    const isMore = rows.length === AT_ONCE;
    const to = isMore ? (rows.at(-1) as OpenRow).arrival : Math.max(from, feed.latest());
    if (to > from) tx.prepare('UPDATE openMark SET arrival = ?').run(to);
    return isMore;
  }

  return {
    catchUp,
    erasing,
    saidNow,
    stop() {
      isStopped = true;
      ending();
      timer?.cancel();
    },
  };
}

function markOf(tx: Tx): number {
  return tx.prepare<[], { arrival: number }>('SELECT arrival FROM openMark').one()?.arrival ?? 0;
}

function put(tx: Tx, row: OpenRow): void {
  const said = openSaid(row.body);
  if (said?.is === 'text') addWords(tx, row);
  if (said?.is !== 'edit') return;
  const target = targetOf(tx, row, said);
  if (!target) return;
  dropWords(tx, target);
  tx.prepare('INSERT OR IGNORE INTO openEdit (edit, target) VALUES (?, ?)').run(row.arrival, target.arrival);
  addWords(tx, target);
}

/** Of the same author, in the same chat; nobody edits what another said. */
function targetOf(tx: Tx, { chat, person }: OpenRow, said: OpenSaid & { is: 'edit' }): OpenRow | undefined {
  return tx
    .prepare<[number, Uint8Array, number, string, string], OpenRow>(
      `SELECT ${ROW} FROM ownEntry JOIN entry ON entry.arrival = ownEntry.arrival JOIN person ON person.id = entry.person
       WHERE ownEntry.person = ? AND ownEntry.entryId = ? AND entry.chat = ? AND person.org = ? AND person.account = ? AND ${COUNTS}`,
    )
    .one(person, idBytes(said.entry), chat, `${said.org}`, `${said.account}`);
}

function rowAt(from: Statements, arrival: number): OpenRow | undefined {
  return from.prepare<[number], OpenRow>(`SELECT ${ROW} FROM entry WHERE entry.arrival = ? AND ${COUNTS}`).one(arrival);
}

function erasing(tx: Tx, held: HeldChat, arrival: number): void {
  if (!isOpenKind(held.state.kind) || arrival > markOf(tx)) return;
  const row = rowAt(tx, arrival);
  if (row) dropWords(tx, row);
  const edited = tx
    .prepare<[number], { target: number }>('SELECT target FROM openEdit WHERE edit = ?')
    .one(arrival)?.target;
  const target = edited === undefined ? undefined : rowAt(tx, edited);
  if (target) dropWords(tx, target);
  tx.prepare('DELETE FROM openEdit WHERE edit = ? OR target = ?').run(arrival, arrival);
  if (target) addWords(tx, target);
}

function saidNow(from: Statements, row: OpenRow): { text: string; names: readonly string[] } | null {
  const said = openSaid(row.body);
  if (said?.is !== 'text') return null;
  const newest = from
    .prepare<[number], { body: Uint8Array }>(
      `SELECT entry.body FROM openEdit JOIN entry ON entry.arrival = openEdit.edit
       WHERE openEdit.target = ? AND ${COUNTS} ORDER BY openEdit.edit DESC LIMIT 1`,
    )
    .one(row.arrival);
  const edit = newest && openSaid(newest.body);
  return { text: edit?.text ?? said.text, names: said.names };
}

function addWords(tx: Tx, row: OpenRow): void {
  const said = saidNow(tx, row);
  if (!said) return;
  const words = openWords(said.text, said.names, row.chat, row.person);
  tx.prepare('INSERT INTO openWord (rowid, said, tags) VALUES (?, ?, ?)').run(row.arrival, words.said, words.tags);
}

function dropWords(tx: Tx, row: OpenRow): void {
  const said = saidNow(tx, row);
  if (!said) return;
  const words = openWords(said.text, said.names, row.chat, row.person);
  tx.prepare("INSERT INTO openWord (openWord, rowid, said, tags) VALUES ('delete', ?, ?, ?)").run(
    row.arrival,
    words.said,
    words.tags,
  );
}
