/** What the account keeps for itself. Always holds: it goes to the account itself and to nobody else. */
import { ok } from '../../../protocol/result.ts';
import type { Personal } from '../../notify/personal.ts';
import type { Handlers } from '../call.ts';

export const PERSONAL = ['GET /api/v1/me/personal', 'PUT /api/v1/me/personal'] as const;
type Key = (typeof PERSONAL)[number];

export interface PersonalUses {
  readonly personal: Pick<Personal, 'after' | 'change'>;
}

export function personalRoutes({ personal }: PersonalUses): Handlers<Key> {
  return {
    'GET /api/v1/me/personal': ({ me, query }) => ok(personal.after(me.account.accountId, query.after)),
    'PUT /api/v1/me/personal': async ({ me, body }) => {
      const changed = await personal.change(me.account.accountId, body.changes);
      return changed.ok ? ok({ rows: changed.value }) : changed;
    },
  };
}
