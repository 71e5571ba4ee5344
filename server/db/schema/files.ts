/** Tables made by migrations/0008-files.ts. */
import type { AccountId, ChatId, OrgId } from '../../../protocol/ids.ts';

/** What lies whole on the disk. */
interface BlobTable {
  hash: Uint8Array;
  bytes: number;
  atMs: number;
}

/** Whose upload it was: who may name it, and whose room it takes. */
interface BlobOwnerTable {
  hash: Uint8Array;
  account: AccountId;
}

/** Blobs that a chat has here, or is to get. What one chat has says nothing to another (PROTOCOL 5.8). */
interface ChatBlobTable {
  chat: ChatId;
  hash: Uint8Array;
  /** 0: named in the chat, and still with `org`. */
  held: number;
  org: OrgId;
}

interface UploadTable {
  id: string;
  account: AccountId;
  /** Whose members' nodes may begin to fetch it while it comes in. */
  chat: ChatId | null;
  bytes: number;
  /** What is surely on the disk. */
  synced: number;
  touchedMs: number;
  /** Once complete. */
  hash: Uint8Array | null;
}

export interface FileTables {
  blob: BlobTable;
  blobOwner: BlobOwnerTable;
  chatBlob: ChatBlobTable;
  upload: UploadTable;
}
