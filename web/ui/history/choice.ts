/** What is chosen in the form, which may not be a whole choice yet. */
import type { HistoryChoice } from '../../client/model.ts';

export const kinds = ['none', 'since', 'last', 'all'] as const;

export interface Draft {
  readonly is: (typeof kinds)[number];
  /** "2026-03-03" */
  readonly day: string;
  readonly count: string;
}

const dayMs = 86_400_000;
const mostMessages = 100_000;

export function firstDraft(now: number): Draft {
  return { is: 'none', day: dayOf(now - 7 * dayMs), count: '100' };
}

/** The day of UTC in which a moment lies. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Null: something is missing or makes no sense. */
export function choiceOf({ is, day, count }: Draft, now: number): HistoryChoice | null {
  if (is === 'since') {
    const whole = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day));
    return whole && Date.parse(day) <= now ? { is, day } : null;
  }
  if (is !== 'last') return { is };
  const wanted = Number(count);
  return Number.isInteger(wanted) && wanted > 0 && wanted <= mostMessages ? { is, count: wanted } : null;
}
