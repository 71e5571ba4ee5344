/** Where the bytes of files come from: the own node, opened on the way; in the sample, they are invented. */
import { createContext, useContext } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { Reading } from '../../client/files/reading.ts';
import type { SealedBlob } from '../../client/files/views.ts';
import type { StoredFile } from './stored.ts';

export interface FileSource {
  read(chat: ChatId, sealed: SealedBlob): Promise<Reading>;
  /** An address that gives any part of it; null: only a service worker can, and there is none. */
  address(chat: ChatId, file: StoredFile, forSaving: boolean): Promise<string | null>;
}

export const FileSourceContext = createContext<FileSource>({
  read: async (chat, sealed) => (await import('./node-source.ts')).readFromNode(chat, sealed),
  address: async (chat, file, forSaving) => (await import('./node-source.ts')).addressOf(chat, file, forSaving),
});

export function useFileSource(): FileSource {
  return useContext(FileSourceContext);
}
