/**
 * Group commit: works that arrive in one turn of the loop share one transaction and one sync to disk. Always holds: nothing, not
 * even a refusal, is answered before the COMMIT it depends on is on disk, and answers come in the order of the works.
 * ARCHITECTURE.md "Data".
 */
import type { Database as Connection } from 'better-sqlite3';
import { Fault } from '../../protocol/result.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import { codeOf, isPassing } from './disk-errors.ts';
import { createRunWork, type Outcome, type Tx } from './work.ts';

export type { Tx };

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

export interface Batches {
  write<T>(work: (tx: Tx) => T): Promise<T>;
  /** Commits what is open now, and takes nothing afterwards. */
  end(): void;
}

/** What one work waits for. */
interface Waiting {
  settle(): void;
  fail(fault: Fault): void;
  readonly afterCommit: readonly (() => void)[];
}

/** A transaction holds at most this many works, so that none waits long and the memory it takes stays bounded. */
const WORKS_PER_TRANSACTION = 500;

export function createBatches(connection: Connection, clock: Clock, log: Log, faults: DatabaseFaults): Batches {
  const runWork = createRunWork(connection);
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  let open: { readonly waiting: Waiting[]; readonly timer: Timer } | undefined;
  let stopped: string | undefined;

  function write<T>(work: (tx: Tx) => T): Promise<T> {
    if (stopped) return Promise.reject(new Fault(stopped));
    try {
      open ??= start();
    } catch (error) {
      return Promise.reject(new Fault('the database takes no transaction', { cause: error }));
    }
    const outcome = runWork(work);
    const { waiting, answer } = waitFor(outcome);
    open.waiting.push(waiting);
    // A full disk can make SQLite roll back the whole transaction: then nothing of it may be acknowledged.
    if (!connection.inTransaction) fail(outcome.done ? undefined : outcome.error);
    else if (faults.acknowledgeBeforeCommit) waiting.settle();
    if (open && open.waiting.length >= WORKS_PER_TRANSACTION) finish();
    return answer;
  }

  function start() {
    begin.run();
    return { waiting: [], timer: clock.after(0, finish) };
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
    for (const { afterCommit, settle } of take()) {
      for (const run of afterCommit) runLogged(run, log);
      settle();
    }
  }

  function fail(cause: unknown): void {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    log.error('database.commit_failed', { error: codeOf(cause) });
    // After an error of the disk itself nobody knows what it holds: nothing more is taken until a restart reads it anew.
    if (!isPassing(cause)) stopped = 'the database has stopped after an error of the disk';
    const fault = new Fault('the database could not write to disk', { cause });
    for (const waiting of take()) waiting.fail(fault);
  }

  function take(): readonly Waiting[] {
    const taken = open;
    open = undefined;
    taken?.timer.cancel();
    return taken?.waiting ?? [];
  }

  return {
    write,
    end() {
      finish();
      stopped ??= 'the database is closed';
    },
  };
}

function waitFor<T>(outcome: Outcome<T>): { waiting: Waiting; answer: Promise<T> } {
  const { promise: answer, resolve, reject } = Promise.withResolvers<T>();
  const settle = outcome.done ? () => resolve(outcome.value) : () => reject(outcome.error);
  return { waiting: { settle, fail: reject, afterCommit: outcome.done ? outcome.afterCommit : [] }, answer };
}

function runLogged(run: () => void, log: Log): void {
  try {
    run();
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error('database.after_commit_failed', { error: stack });
  }
}
