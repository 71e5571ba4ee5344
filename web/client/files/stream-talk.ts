/** What pages and the service worker say to each other about files that are played or saved. */
import type { ChatId } from '../../../protocol/ids.ts';
import type { SealedBlob } from './views.ts';

/** Addresses that never reach the node: the service worker answers them. */
export const FILE_PATH = '/_files/';

export interface FileForWorker {
  readonly chat: ChatId;
  readonly name: string;
  readonly type: string;
  readonly sealed: SealedBlob;
  /** It goes to the disk, not to a player. */
  readonly forSaving: boolean;
}

export type ToFileWorker = { readonly t: 'file'; readonly token: string; readonly file: FileForWorker };
/** Answered on the port that comes with it, by the page that has it. */
export type FromFileWorker = { readonly t: 'file?'; readonly token: string };
