/** How outcomes become HTTP: a refusal its row of the table, a fault 503, a bug 500 and nothing more. */
import type { Context } from 'hono';
import { REFUSALS } from '../../protocol/refusals.ts';
import { Fault, type Refusal, Refused } from '../../protocol/result.ts';
import type { Log } from '../ports.ts';

/** `{ code, sentence, detail }`, for HTTP and the push socket alike. */
export function refusalReply({ code, detail }: Refusal) {
  const { sentence } = REFUSALS[code];
  return detail === undefined ? { code, sentence } : { code, sentence, detail };
}

export function answerRefusal(c: Context, refusal: Refusal): Response {
  const retryAfterMs = /^retryAfterMs=(\d+)$/.exec(refusal.detail ?? '')?.[1];
  if (retryAfterMs) c.header('Retry-After', String(Math.ceil(Number(retryAfterMs) / 1000)));
  if (refusal.code === 'not_signed_in') c.header('WWW-Authenticate', 'Bearer');
  return c.json(refusalReply(refusal), REFUSALS[refusal.code].status);
}

/** What was thrown. Paths have ids of chats in them, so only the row is logged. */
export function answerThrown(c: Context, error: unknown, log: Log, row: string): Response {
  if (error instanceof Refused) return answerRefusal(c, error.refusal);
  if (error instanceof Fault) {
    log.warn('http.fault', { row, error: error.message });
    return answerRefusal(c, { code: 'overloaded' });
  }
  log.error('http.bug', { row, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return c.json({ sentence: 'Something went wrong in the node. It has been noted in its log.' }, 500);
}
