/**
 * Group commit: works that arrive in one turn of the loop share one transaction and one sync to disk, each isolated by a
 * savepoint. Always holds: nothing, not even a refusal, is answered before the COMMIT it depends on is on disk, and
 * answers come in the order of the works. ARCHITECTURE.md "Data".
 */
import type { Database as Connection } from 'better-sqlite3';
import { assert, Fault } from '../../protocol/result.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import { createStatements, type Statements } from './statements.ts';

export interface Tx extends Statements {
  /** Runs after the commit is on disk, in order; not at all if this work or the commit fails. */
  afterCommit(run: () => void): void;
}

/** Only tests hand these in: each breaks, or watches, a promise of this module so that a test can show it is noticed. */
export interface DatabaseFaults {
  /** Answers while the transaction is still open. */
  readonly acknowledgeBeforeCommit?: boolean;
  /** Commits without the sync to disk. */
  readonly synchronousOff?: boolean;
  /** Called before each COMMIT; a throw stands for the disk's error. */
  readonly onCommit?: () => void;
  /** Called after each COMMIT that was synced to disk: what a crash now would leave is what the files hold now. */
  readonly onSynced?: () => void;
}

interface Answer {
  settle(): void;
  fail(fault: Fault): void;
  readonly afterCommit: readonly (() => void)[];
}

/** A transaction holds at most this many works, so that none waits long and the memory it takes stays bounded. */
const WORKS_PER_TRANSACTION = 500;

export interface Batches {
  write<T>(work: (tx: Tx) => T): Promise<T>;
  /** Commits what is open now, and takes nothing afterwards. */
  end(): void;
}

export function createBatches(connection: Connection, clock: Clock, log: Log, faults: DatabaseFaults): Batches {
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  const save = connection.prepare('SAVEPOINT work');
  const release = connection.prepare('RELEASE work');
  const undo = connection.prepare('ROLLBACK TO work');

  let open: Answer[] | undefined;
  let timer: Timer | undefined;
  let stopped: string | undefined;
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

  function write<T>(work: (tx: Tx) => T): Promise<T> {
    assert(!running, 'a write inside a write');
    if (stopped) return Promise.reject(new Fault(stopped));
    try {
      if (!open) start();
    } catch (error) {
      return Promise.reject(new Fault('the database does not take a transaction', { cause: error }));
    }
    const answered = Promise.withResolvers<T>();
    add(runOne(work), answered);
    return answered.promise;
  }

  function start(): void {
    begin.run();
    open = [];
    timer = clock.after(0, finish);
  }

  function runOne<T>(work: (tx: Tx) => T): { value: T; afterCommit: (() => void)[] } | { error: unknown } {
    const afterCommit: (() => void)[] = [];
    running = afterCommit;
    try {
      save.run();
      const value = work(tx);
      assert(!(value instanceof Promise), 'a work of the database must be synchronous');
      release.run();
      return { value, afterCommit };
    } catch (error) {
      if (connection.inTransaction) {
        undo.run();
        release.run();
      }
      return {
        error: isOfDisk(error) ? new Fault('the database could not be read or written', { cause: error }) : error,
      };
    } finally {
      running = undefined;
    }
  }

  function add<T>(done: ReturnType<typeof runOne<T>>, answered: PromiseWithResolvers<T>): void {
    const { resolve, reject } = answered;
    const settle = 'error' in done ? () => reject(done.error) : () => resolve(done.value);
    open?.push({ settle, fail: reject, afterCommit: 'error' in done ? [] : done.afterCommit });
    // A full disk can make SQLite roll back the whole transaction: then nothing of it may be acknowledged.
    if (!connection.inTransaction) fail('error' in done ? done.error : undefined);
    else if (faults.acknowledgeBeforeCommit) settle();
    if (open && open.length >= WORKS_PER_TRANSACTION) finish();
  }

  function finish(): void {
    if (!open) return;
    try {
      faults.onCommit?.();
      commit.run();
    } catch (error) {
      fail(error);
      return;
    }
    if (!faults.synchronousOff) faults.onSynced?.();
    for (const answer of take()) {
      for (const run of answer.afterCommit) runAfter(run);
      answer.settle();
    }
  }

  function fail(cause: unknown): void {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    const fault = new Fault('the database could not write to disk', { cause });
    log.error('database.commit_failed', { error: codeOf(cause) });
    if (!isPassing(cause)) stop();
    for (const answer of take()) answer.fail(fault);
  }

  /** After an error of the disk itself nobody knows what it holds, so nothing more is taken until a restart reads it anew. */
  function stop(): void {
    stopped = 'the database has stopped after an error of the disk';
    log.error('database.stopped');
  }

  function take(): Answer[] {
    timer?.cancel();
    const answers = open ?? [];
    open = undefined;
    return answers;
  }

  function runAfter(run: () => void): void {
    try {
      run();
    } catch (error) {
      log.error('database.after_commit_failed', {
        error: error instanceof Error ? (error.stack ?? '') : String(error),
      });
    }
  }

  return {
    write,
    end() {
      finish();
      stopped ??= 'the database is closed';
    },
  };
}

/** No room, or another program's lock: SQLite has undone the transaction cleanly and the next may work. */
function isPassing(error: unknown): boolean {
  return /^SQLITE_(FULL|BUSY)/.test(codeOf(error));
}

/** Not the work's own doing. */
function isOfDisk(error: unknown): boolean {
  return /^SQLITE_(FULL|BUSY|IOERR|CORRUPT|NOTADB|READONLY|NOMEM|CANTOPEN)/.test(codeOf(error));
}

/** SQLite's code, of the error or of what caused it. Its message can hold what was to be stored, so it is not printed. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error) return String(error.code);
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
