/** What is JSON of files. */
import { ok } from '../../../protocol/result.ts';
import type { Files } from '../../files/files.ts';
import type { Handlers } from '../call.ts';

export const FILES = ['GET /api/v1/files/quota'] as const;

export interface FilesUses {
  readonly files: Pick<Files, 'quota' | 'uploads' | 'open'>;
}

export function filesRoutes({ files }: FilesUses): Handlers<(typeof FILES)[number]> {
  return { 'GET /api/v1/files/quota': ({ me }) => ok(files.quota(me.account.accountId)) };
}
