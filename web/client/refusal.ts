/** Refusals as screens get them: with the table's sentence. */
import type { RefusalReply } from '../../protocol/api/shapes.ts';
import { REFUSALS, type RefusalCode } from '../../protocol/refusals.ts';
import { Fault, Refused } from '../../protocol/result.ts';
import type { Answer } from './model.ts';

export function refusalOf(code: RefusalCode, detail?: string): RefusalReply {
  const { sentence } = REFUSALS[code];
  return detail === undefined ? { code, sentence } : { code, sentence, detail };
}

export function refused(code: RefusalCode, detail?: string): { readonly ok: false; readonly refusal: RefusalReply } {
  return { ok: false, refusal: refusalOf(code, detail) };
}

export const DONE: Answer<null> = { ok: true, value: null };

/** Without the value, for who only asks whether it was done. */
export function done(answer: Answer<unknown>): Answer<null> {
  return answer.ok ? DONE : answer;
}

/** An own node that cannot be reached is a refusal to whoever asked; a bug goes on up. */
export async function answering<T>(work: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) return refused(error.refusal.code, error.refusal.detail);
    if (error instanceof Fault) return refused('node_unreachable', error.message);
    throw error;
  }
}
