/**
 * The Index port over SQLite with FTS5. Rows are numbered by time, so that the newest come first without sorting; chat, author and
 * kind are words of a column of their own, so that the index narrows by them itself. Always holds: what the words say is what
 * `shown` says, and what is gone is in neither.
 */
import type { ChatId } from '../../../protocol/ids.ts';
import { Fault } from '../../../protocol/result.ts';
import { hasLink } from '../../../protocol/search/links.ts';
import { ANY_KIND, KINDS, matchOf, type Tag } from '../../../protocol/search/query.ts';
import { wordsLine } from '../../../protocol/search/words.ts';
import type { FoundIndexed, Index, IndexChange, Indexed, IndexedRef, IndexQuery } from '../ports.ts';
import type { Sql } from './sql.ts';
import { prepareTables } from './tables.ts';

interface Row {
  readonly id: number;
  readonly chat: number;
  readonly person: number;
  readonly entry: string;
  readonly text: string;
  readonly names: string;
  /** What the newest edit made of it; null: nothing. */
  readonly edited: string | null;
}
type Found = Omit<Row, 'chat' | 'person'> & { chat: string; person: string; log: string; seq: number; hlc: number };

/** Messages of one moment stand side by side. */
const PLACES_PER_CLOCK = 2;
const MOST_AT_ONCE = 4096;
const NEVER = Number.MAX_SAFE_INTEGER;

/** Refuses by throwing where the file is not what it should be. */
export function openSqlIndex(sql: Sql, owner: string): Index {
  prepareTables(sql, owner);
  return new SqlIndex(sql);
}

class SqlIndex implements Index {
  readonly #sql: Sql;
  readonly #numbers = new Map<string, number>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async write({ said = [], gone = [], goneChats = [], notes = [] }: IndexChange): Promise<void> {
    this.#sql.script('BEGIN');
    try {
      for (const each of said) each.isEdit ? this.#putEdit(each) : this.#putMessage(each);
      for (const each of gone) this.#drop(each);
      for (const chat of goneChats) this.#dropChat(chat);
      for (const { key, value } of notes) {
        this.#sql.run('INSERT OR REPLACE INTO note (key, value) VALUES (?, ?)', [key, JSON.stringify(value)]);
      }
      this.#sql.script('COMMIT');
    } catch (error) {
      this.#numbers.clear();
      this.#sql.script('ROLLBACK');
      throw error;
    }
  }

  async find(query: IndexQuery): Promise<FoundIndexed[]> {
    const tags = this.#tagsOf(query);
    if (!tags) return [];
    const groups = tags.length + query.terms.length > 0 ? tags.map((tag) => [tag]) : [ANY_KIND];
    const { from, to, before, limit } = query;
    const upper = Math.min(before ?? NEVER, to === null ? NEVER : idAt(to * 1024));
    const rows = this.#sql.all<Found>(
      `SELECT said.id, chat.text AS chat, log.text AS log, said.seq, person.text AS person, said.hlc, said.entry,
         said.text, said.names, said.edited
       FROM word JOIN said ON said.id = word.rowid JOIN name AS chat ON chat.id = said.chat
         JOIN name AS log ON log.id = said.log JOIN name AS person ON person.id = said.person
       WHERE word MATCH ? AND word.rowid >= ? AND word.rowid < ? ORDER BY word.rowid DESC LIMIT ?`,
      [matchOf(query.terms, groups), from === null ? 0 : idAt(from * 1024), upper, limit],
    );
    return rows.map(foundFrom);
  }

  /** Null: nothing here can be meant. */
  #tagsOf({ chat, who, kind }: IndexQuery): Tag[] | null {
    const tags: Tag[] = kind ? [KINDS[kind]] : [];
    const numbers = [chat && (['c', chat] as const), who && (['p', `${who.org}/${who.account}`] as const)];
    for (const [letter, text] of numbers.filter((each) => each !== null)) {
      const number = this.#knownNumber(text);
      if (number === null) return null;
      tags.push(`${letter}${number}`);
    }
    return tags;
  }

  async lacking(refs: readonly IndexedRef[]): Promise<IndexedRef[]> {
    return refs.filter(({ log, seq }) => {
      const number = this.#knownNumber(log);
      return number === null || !this.#isHere(number, seq);
    });
  }

  async notes(prefix: string): Promise<{ key: string; value: unknown }[]> {
    const rows = this.#sql.all<{ key: string; value: string }>(
      'SELECT key, value FROM note WHERE substr(key, 1, ?) = ? ORDER BY key',
      [prefix.length, prefix],
    );
    return rows.map(({ key, value }) => ({ key, value: JSON.parse(value) as unknown }));
  }

  async close(): Promise<void> {
    this.#sql.close();
  }

  #isHere(log: number, seq: number): boolean {
    const values = [log, seq, log, seq];
    const both = 'SELECT 1 FROM said WHERE log = ? AND seq = ? UNION ALL SELECT 1 FROM edit WHERE log = ? AND seq = ?';
    return this.#sql.all(both, values).length > 0;
  }

  #putMessage(said: Indexed): void {
    const { chat, log, person } = this.#numbersOf(said);
    if (this.#isHere(log, said.seq)) return;
    const id = this.#freeId(said.hlc);
    if (id === null) return;
    const edited = this.#newestEdit(chat, person, said.entry);
    const names = said.names.join('\n');
    const row: Row = { id, chat, person, entry: said.entry, text: said.text, names, edited };
    this.#sql.run(
      'INSERT INTO said (id, log, seq, chat, person, hlc, entry, text, names, edited) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      [id, log, said.seq, chat, person, said.hlc, said.entry, said.text, names, edited],
    );
    this.#putWords(row);
  }

  #putEdit(said: Indexed): void {
    const { chat, log, person } = this.#numbersOf(said);
    if (this.#isHere(log, said.seq)) return;
    this.#sql.run('INSERT INTO edit (log, seq, chat, person, hlc, entry, text) VALUES (?, ?, ?, ?, ?, ?, ?)', [
      log,
      said.seq,
      chat,
      person,
      said.hlc,
      said.entry,
      said.text,
    ]);
    this.#showEdits(chat, person, said.entry);
  }

  /** An author's edits change the author's messages, and nobody else's. */
  #newestEdit(chat: number, person: number, entry: string): string | null {
    const rows = this.#sql.all<{ text: string }>(
      'SELECT text FROM edit WHERE entry = ? AND chat = ? AND person = ? ORDER BY hlc DESC, seq DESC LIMIT 1',
      [entry, chat, person],
    );
    return rows[0]?.text ?? null;
  }

  #showEdits(chat: number, person: number, entry: string): void {
    const edited = this.#newestEdit(chat, person, entry);
    const rows = this.#sql.all<Row>('SELECT * FROM said WHERE entry = ? AND chat = ? AND person = ?', [
      entry,
      chat,
      person,
    ]);
    for (const row of rows) {
      if (row.edited === edited) continue;
      this.#dropWords(row);
      this.#sql.run('UPDATE said SET edited = ? WHERE id = ?', [edited, row.id]);
      this.#putWords({ ...row, edited });
    }
  }

  #drop({ log: text, seq }: IndexedRef): void {
    const log = this.#knownNumber(text);
    if (log === null) return;
    const row = this.#sql.all<Row>('SELECT * FROM said WHERE log = ? AND seq = ?', [log, seq])[0];
    if (row) {
      this.#dropRow(row);
      this.#sql.run('DELETE FROM edit WHERE entry = ? AND chat = ? AND person = ?', [row.entry, row.chat, row.person]);
    }
    const [edit] = this.#sql.all<Row>('SELECT chat, person, entry FROM edit WHERE log = ? AND seq = ?', [log, seq]);
    if (!edit) return;
    this.#sql.run('DELETE FROM edit WHERE log = ? AND seq = ?', [log, seq]);
    this.#showEdits(edit.chat, edit.person, edit.entry);
  }

  #dropChat(id: ChatId): void {
    const chat = this.#knownNumber(id);
    if (chat === null) return;
    for (const row of this.#sql.all<Row>('SELECT * FROM said WHERE chat = ?', [chat])) this.#dropRow(row);
    this.#sql.run('DELETE FROM edit WHERE chat = ?', [chat]);
  }

  #dropRow(row: Row): void {
    this.#dropWords(row);
    this.#sql.run('DELETE FROM said WHERE id = ?', [row.id]);
  }

  #putWords(row: Row): void {
    this.#sql.run('INSERT INTO word (rowid, said, tags) VALUES (?, ?, ?)', [row.id, saidWords(row), tagWords(row)]);
  }

  #dropWords(row: Row): void {
    this.#sql.run("INSERT INTO word (word, rowid, said, tags) VALUES ('delete', ?, ?, ?)", [
      row.id,
      saidWords(row),
      tagWords(row),
    ]);
  }

  /** Null: so many were said in one moment that nobody can have said them. */
  #freeId(hlc: number): number | null {
    const from = idAt(hlc);
    if (!Number.isSafeInteger(from + MOST_AT_ONCE) || from < 0) return null;
    for (let id = from; id < from + MOST_AT_ONCE; id++) {
      if (this.#sql.all('SELECT 1 FROM said WHERE id = ?', [id]).length === 0) return id;
    }
    return null;
  }

  #numbersOf({ chat, log, org, account }: Indexed): { chat: number; log: number; person: number } {
    return { chat: this.#number(chat), log: this.#number(log), person: this.#number(`${org}/${account}`) };
  }

  #number(text: string): number {
    const known = this.#knownNumber(text);
    if (known !== null) return known;
    this.#sql.run('INSERT INTO name (text) VALUES (?)', [text]);
    const number = this.#knownNumber(text);
    if (number === null) throw new Fault('the index lost a name');
    return number;
  }

  #knownNumber(text: string): number | null {
    const known = this.#numbers.get(text) ?? this.#sql.all<{ id: number }>(NUMBER, [text])[0]?.id;
    if (known === undefined) return null;
    this.#numbers.set(text, known);
    return known;
  }
}

const NUMBER = 'SELECT id FROM name WHERE text = ?';

function idAt(hlc: number): number {
  return Math.ceil(hlc * PLACES_PER_CLOCK);
}

function saidWords({ text, names, edited }: Row): string {
  return wordsLine(names === '' ? (edited ?? text) : `${edited ?? text}\n${names}`);
}

function tagWords({ chat, person, names, text, edited }: Row): string {
  const kinds = [names === '' ? KINDS.message : KINDS.file, ...(hasLink(edited ?? text) ? [KINDS.link] : [])];
  return [`c${chat}`, `p${person}`, ...kinds].join(' ');
}

function foundFrom({ id, person, text, names, edited, ...row }: Found): FoundIndexed {
  const [org, account] = person.split('/');
  const of = { org, account, text: edited ?? text, names: names === '' ? [] : names.split('\n') };
  return { cursor: id, ...row, ...of } as unknown as FoundIndexed;
}
