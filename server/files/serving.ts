/**
 * Pieces of files for other nodes (PROTOCOL 5.8a). Always holds: only what is here for that chat, and only for an organisation that
 * a live entry naming it is for; everything else is `unknown`.
 */
import type { OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { BlobNames } from '../chats/blob-names.ts';
import type { Database } from '../db/database.ts';
import type { BlobStore } from '../ports.ts';
import type { Catalogue } from './catalogue.ts';
import { decodeRequest, encodeAnswer, type PieceAnswer } from './pieces.ts';

interface Uses {
  readonly db: Database;
  readonly store: BlobStore;
  readonly catalogue: Catalogue;
  readonly names: BlobNames;
}

export function createServing({ db, store, catalogue, names }: Uses) {
  async function answer(org: OrgId, request: Uint8Array): Promise<PieceAnswer> {
    const read = decodeRequest(request);
    if (!read.ok) return { is: 'unknown' };
    const { chatId, hash, offset } = read.value;
    if (!names.forOrganisation(org, chatId, hash) || !catalogue.isHeld(db.read, chatId, hash)) return { is: 'unknown' };
    const file = await store.openBlob(hash);
    if (!file) return { is: 'unknown' };
    try {
      const length = Math.min(LIMITS.blobPieceBytes, file.bytes - offset);
      if (length <= 0) return { is: 'unknown' };
      return { is: 'piece', bytes: file.bytes, piece: await file.read(offset, length) };
    } finally {
      await file.close();
    }
  }

  return async (org: OrgId, request: Uint8Array): Promise<Uint8Array> => encodeAnswer(await answer(org, request));
}
