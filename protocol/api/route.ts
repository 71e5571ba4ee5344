/** One row of the contract: what a route takes, gives and asks of its caller. */
import type { z } from 'zod';

/**
 * Who may call: `anyone` (strangers too: listed in SECURITY.md), `member` (a session or a token with that scope),
 * `administrator` (a session or token of an administrator, or the admin socket).
 */
export type Access = 'anyone' | 'member' | 'administrator';

export interface Route<P, Q, B, R> {
  readonly summary: string;
  readonly access: Access;
  /** Scope that a token needs; sessions have all. null on a row for members: for sessions only. */
  readonly scope: 'read' | 'write' | 'admin' | null;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** How many bytes of JSON the body may have; null: as usual for whoever may call. */
  readonly bodyBytes: number | null;
  readonly reply: R;
}

/** Fills what a route does not have with `null`, keeping the schemas' types. */
export function route<
  R extends z.ZodType,
  P extends z.ZodType | null = null,
  Q extends z.ZodType | null = null,
  B extends z.ZodType | null = null,
>(row: {
  summary: string;
  access: Access;
  scope?: 'read' | 'write' | 'admin';
  params?: P;
  query?: Q;
  body?: B;
  bodyBytes?: number;
  reply: R;
}): Route<P, Q, B, R> {
  return {
    summary: row.summary,
    access: row.access,
    scope: row.scope ?? null,
    params: (row.params ?? null) as P,
    query: (row.query ?? null) as Q,
    body: (row.body ?? null) as B,
    bodyBytes: row.bodyBytes ?? null,
    reply: row.reply,
  };
}
