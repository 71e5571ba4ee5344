/** What administrators see of the node itself. */
import type { z } from 'zod';
import type { check as checkShape, status as statusShape } from '../../../protocol/api/routes/admin.ts';
import { ok, refuse } from '../../../protocol/result.ts';
import type { OwnOrganisation } from '../../identity/organisation.ts';
import type { Handlers } from '../call.ts';

export const NODE = [
  'GET /api/v1/admin/status',
  'GET /api/v1/admin/doctor',
  'GET /api/v1/admin/phrase',
  'POST /api/v1/admin/phrase',
] as const;
type Key = (typeof NODE)[number];

export interface NodeUses {
  readonly organisation: Pick<OwnOrganisation, 'recoveryPhrase' | 'confirmPhrase'>;
  readonly status: () => z.infer<typeof statusShape>;
  readonly checks: () => Promise<z.infer<typeof checkShape>[]>;
}

export function nodeRoutes({ organisation, status, checks }: NodeUses): Handlers<Key> {
  return {
    'GET /api/v1/admin/status': () => ok(status()),
    'GET /api/v1/admin/doctor': async () => ok({ checks: await checks() }),
    'GET /api/v1/admin/phrase': () => {
      const words = organisation.recoveryPhrase();
      return words ? ok({ words: [...words] }) : refuse('phrase_confirmed');
    },
    'POST /api/v1/admin/phrase': ({ body }) => {
      const confirmed = organisation.confirmPhrase(body.words.join(' '));
      return confirmed.ok ? ok({}) : confirmed;
    },
  };
}
