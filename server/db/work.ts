/**
 * One work inside the shared transaction: isolated by a savepoint, so that its throw undoes it alone. Always holds: nothing of a
 * transaction can be used outside the work it was handed to, nor after SQLite has lost it.
 */
import type { Database as Connection } from 'better-sqlite3';
import { assert, Fault } from '../../protocol/result.ts';
import { isOfDisk } from './disk-errors.ts';
import { createStatements, type Statements } from './statements.ts';

export interface Tx extends Statements {
  /** Runs after the commit is on disk, in order; not at all if this work or the commit fails. */
  afterCommit(run: () => void): void;
}

export type Outcome<T> =
  | { readonly done: true; readonly value: T; readonly afterCommit: readonly (() => void)[] }
  | { readonly done: false; readonly error: unknown };

/** What runs works, one at a time. A transaction must be open. */
export type RunWork = <T>(work: (tx: Tx) => T) => Outcome<T>;

export function createRunWork(connection: Connection): RunWork {
  const save = connection.prepare('SAVEPOINT work');
  const release = connection.prepare('RELEASE work');
  const undo = connection.prepare('ROLLBACK TO work');
  let running: (() => void)[] | undefined;

  const statements = createStatements(connection, () => {
    assert(running, 'a transaction used outside its work');
    // Lost within a work that caught the error: another statement would be on disk by itself.
    if (!connection.inTransaction) throw new Fault('the transaction was lost');
  });
  const tx: Tx = {
    ...statements,
    afterCommit(run) {
      assert(running, 'afterCommit outside a work');
      running.push(run);
    },
  };

  return (work) => {
    assert(!running, 'a write inside a write');
    const afterCommit: (() => void)[] = [];
    running = afterCommit;
    save.run();
    try {
      const value = work(tx);
      assert(!(value instanceof Promise), 'a work of the database must be synchronous');
      release.run();
      return { done: true, value, afterCommit };
    } catch (error) {
      if (connection.inTransaction) {
        undo.run();
        release.run();
      }
      return { done: false, error: isOfDisk(error) ? new Fault('the database failed', { cause: error }) : error };
    } finally {
      running = undefined;
    }
  };
}
