/** Results: a refusal is an expected outcome and a value; faults and bugs are thrown. ARCHITECTURE.md "Three kinds of wrong". */
import type { RefusalCode } from './refusals.ts';

export interface Refusal {
  readonly code: RefusalCode;
  /** For people who debug: which field, which limit. Never a secret, never shown as the sentence. */
  readonly detail?: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refuse(code: RefusalCode, detail?: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: detail === undefined ? { code } : { code, detail } };
}

/** Something outside failed (peer down, disk full): thrown, caught at the edges only. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** For what must hold whatever anybody sends: a failure is a bug of ours. Stays on in production. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`bug: ${what}`);
}

/** Carries a refusal out of nested code; only `refusing` below may catch it. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(code: RefusalCode, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`);
    this.refusal = detail === undefined ? { code } : { code, detail };
  }
}

/** Runs `work`; a thrown `Refused` becomes a refusal, everything else goes on up. */
export function refusing<T>(work: () => T): Result<T> {
  try {
    return ok(work());
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}
