/** Errors of SQLite, told apart by what may be done next. */

/** No room, or another program's lock: SQLite has undone the transaction cleanly and the next may work. */
export function isPassing(error: unknown): boolean {
  return /^SQLITE_(FULL|BUSY)/.test(codeOf(error));
}

/** The disk's or the file's, not the doing of what was asked. */
export function isOfDisk(error: unknown): boolean {
  return /^SQLITE_(FULL|BUSY|IOERR|CORRUPT|NOTADB|READONLY|NOMEM|CANTOPEN)/.test(codeOf(error));
}

/** SQLite's code, of the error or of what caused it. Its message can hold what was to be stored, so it is not printed. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error) return String(error.code);
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
