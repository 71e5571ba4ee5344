/** Tables made by migrations/0003-chats.ts and 0005-key-bundles.ts and 0008-files.ts. Their hot statements are prepared in server/chats/store*.ts. */
import type { AccountId, ChatId, LogId, OrgId } from '../../../protocol/ids.ts';
import type { RefusalCode } from '../../../protocol/refusals.ts';

interface PersonTable {
  id: number;
  org: OrgId;
  account: AccountId;
}

interface ChatTable {
  id: number;
  chatId: ChatId;
  kind: 'general' | 'public' | 'direct' | 'private';
  genesis: Uint8Array;
  founderSignature: Uint8Array;
  /** Direct chats: pinned by the first act. */
  hubKey: Uint8Array | null;
  stopped: RefusalCode | null;
}

interface ChatLogTable {
  id: number;
  logId: LogId;
  chat: number;
  org: OrgId;
  key: Uint8Array | null;
  headBlock: number;
  headSeq: number;
  headHash: Uint8Array;
  headCpos: number;
  headHlc: number;
  stopped: RefusalCode | null;
}

interface EntryTable {
  arrival: number;
  chat: number;
  log: number;
  seq: number;
  kind: number;
  person: number;
  cpos: number;
  hlc: number;
  /** 0 quiet, 1 normal, 2 with mentions (table mention). */
  alert: number;
  /** 0 counts, 1 erased, 2 body missing, 10 + n void by refusal n. */
  state: number;
  body: Uint8Array | null;
  /** In sealed chats, of messages and erasures. */
  device: Uint8Array | null;
  /** Hashes of the blobs that it names, one after the other; null: none. */
  blobs: Uint8Array | null;
}

/** Which entries name a blob. */
interface EntryBlobTable {
  blob: Uint8Array;
  arrival: number;
}

interface SeatTable {
  person: number;
  chat: number;
  standing: 'invited' | 'member' | 'ended';
  consented: number;
  invitedHlc: number;
}

interface ReadMarkTable {
  person: number;
  chat: number;
  arrival: number;
}

interface ReceiptTable {
  log: number;
  org: OrgId;
  seq: number;
  atMs: number;
}

interface KeyBundleTable {
  chat: number;
  hash: Uint8Array;
  org: OrgId;
  cpos: number;
  named: number;
  bytes: Uint8Array | null;
}

interface OwnWrapTable {
  chat: number;
  person: number;
  cpos: number;
  ukGen: number;
  sealed: Uint8Array;
}

interface CarriedKeysTable {
  log: number;
  seq: number;
  person: number;
  identity: Uint8Array;
}

export interface ChatTables {
  person: PersonTable;
  chat: ChatTable;
  chatLog: ChatLogTable;
  entry: EntryTable;
  entryBlob: EntryBlobTable;
  seat: SeatTable;
  readMark: ReadMarkTable;
  receipt: ReceiptTable;
  keyBundle: KeyBundleTable;
  ownWrap: OwnWrapTable;
  carriedKeys: CarriedKeysTable;
}
