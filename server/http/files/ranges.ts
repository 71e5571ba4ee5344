/** Ranges of bytes (RFC 9110 14): one, or the whole. */
import { ok, type Result, refuse } from '../../../protocol/result.ts';

/** Bytes from `from` up to, not including, `to`. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * null: the whole, as for anything that is not understood. `ifRange`: of another version than this `etag` the whole is sent.
 * Refuses `range_not_satisfiable`.
 */
export function rangeOf(
  header: string | undefined,
  ifRange: string | undefined,
  etag: string,
  bytes: number,
): Result<ByteRange | null> {
  const parsed = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!parsed || (ifRange !== undefined && ifRange !== etag)) return ok(null);
  const [, first = '', last = ''] = parsed;
  if (first === '' && last === '') return ok(null);
  if (first === '') {
    const from = Math.max(0, bytes - Number(last));
    return from < bytes ? ok({ from, to: bytes }) : refuse('range_not_satisfiable');
  }
  const from = Number(first);
  const to = last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  if (last !== '' && Number(last) < from) return ok(null);
  return from < bytes ? ok({ from, to }) : refuse('range_not_satisfiable');
}
