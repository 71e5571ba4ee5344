/**
 * Runs composed queries and raw SQL on one connection, synchronously, preparing each text once (a fresh `prepare` is three
 * times the cost of the query itself). Booleans are stored as 0 and 1; `undefined` is a bug, `null` must be meant.
 */
import type { Database as Connection, Statement } from 'better-sqlite3';
import type { Compilable } from 'kysely';
import { assert } from '../../protocol/result.ts';

export interface Changes {
  readonly changes: number;
  /** Row id of the last insert. */
  readonly lastId: number;
}

export interface Prepared<P extends unknown[], R> {
  all(...parameters: P): R[];
  one(...parameters: P): R | undefined;
  run(...parameters: P): Changes;
}

export interface Statements {
  all<R>(query: Compilable<R>): R[];
  one<R>(query: Compilable<R>): R | undefined;
  run(query: Compilable<unknown>): Changes;
  /** A raw statement for hot paths, prepared once per text. Keep the result, it stays good as long as the database. */
  prepare<P extends unknown[], R>(text: string): Prepared<P, R>;
}

/** Texts of lists (`in (?, ?, …)`) differ by length, so what is kept is bounded; the oldest goes first. */
const KEPT_STATEMENTS = 1_000;

/** `guard` is called before every use, and throws when the connection may not be used now. */
export function createStatements(connection: Connection, guard: () => void = () => {}): Statements {
  const kept = new Map<string, Prepared<unknown[], unknown>>();

  function keep(text: string): Prepared<unknown[], unknown> {
    let prepared = kept.get(text);
    if (!prepared) {
      prepared = prepareOne(connection.prepare(text), guard);
      if (kept.size >= KEPT_STATEMENTS) kept.delete(kept.keys().next().value as string);
      kept.set(text, prepared);
    }
    return prepared;
  }

  return {
    all<R>(query: Compilable<R>): R[] {
      const { sql, parameters } = query.compile();
      return keep(sql).all(...parameters) as R[];
    },
    one<R>(query: Compilable<R>): R | undefined {
      const { sql, parameters } = query.compile();
      return keep(sql).one(...parameters) as R | undefined;
    },
    run(query) {
      const { sql, parameters } = query.compile();
      return keep(sql).run(...parameters);
    },
    prepare<P extends unknown[], R>(text: string) {
      return keep(text) as Prepared<P, R>;
    },
  };
}

function prepareOne(statement: Statement, guard: () => void): Prepared<unknown[], unknown> {
  return {
    all(...parameters) {
      guard();
      return statement.all(...stored(parameters));
    },
    one(...parameters) {
      guard();
      return statement.get(...stored(parameters));
    },
    run(...parameters) {
      guard();
      const { changes, lastInsertRowid } = statement.run(...stored(parameters));
      return { changes, lastId: Number(lastInsertRowid) };
    },
  };
}

function stored(parameters: unknown[]): unknown[] {
  for (let at = 0; at < parameters.length; at++) {
    const value = parameters[at];
    assert(value !== undefined, 'undefined as a parameter of a statement');
    if (typeof value === 'boolean') parameters[at] = value ? 1 : 0;
  }
  return parameters;
}
