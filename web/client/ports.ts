/**
 * Ports of the messenger: time, chance, the wire and the disk, handed in by `adapters/` (browser or node) or by a test.
 */
import type { AccountId, ChatId, DeviceId, EntryId, LogId, OrgId } from '../../protocol/ids.ts';
import type { Kind, Term } from '../../protocol/search/query.ts';

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once, `delayMs` from now. Faults in it are the adapter's to report. */
  after(delayMs: number, run: () => void | Promise<void>): Timer;
}

export interface Random {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array;
}

/** The part of `fetch` that is used; a program hands in one over a unix socket. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

export interface SocketHandlers {
  onOpen(): void;
  onText(text: string): void;
  /** Once, however it ended, also when it never opened. No handler is called afterwards. */
  onClose(): void;
}

/** One connection of the push socket. */
export interface SocketLink {
  send(text: string): void;
  close(): void;
}
export type OpenSocket = (handlers: SocketHandlers) => SocketLink;

export type Change =
  | { readonly key: string; readonly value: unknown }
  | { readonly key: string; readonly drop: true }
  /** Everything whose key begins so. */
  | { readonly dropAll: string };

/**
 * What outlives the program: values that can be cloned, under text keys. `write` is whole or not at all, and its promise
 * resolves when a new start would find it.
 */
export interface Store {
  get(key: string): Promise<unknown>;
  /** Values whose key begins with `prefix`, in order of their keys. */
  list(prefix: string): Promise<unknown[]>;
  write(changes: readonly Change[]): Promise<void>;
  /** Forgets everything that does not begin with `except`. */
  clear(except?: string): Promise<void>;
}

/** What opens the vault again on this device, without a question (SEAL 3.3). */
export interface DeviceKeys {
  readonly org: OrgId;
  readonly account: AccountId;
  readonly device: DeviceId;
  /** Ed25519; the private one cannot be read out. */
  readonly deviceKey: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
  /** AES-256-GCM; cannot be read out. */
  readonly wrappingKey: CryptoKey;
  /** The vault key under `wrappingKey`. */
  readonly wrapped: { readonly nonce: Uint8Array; readonly ciphertext: Uint8Array };
  /** The newest vault that this device has seen, as the node keeps it: what is older is refused. */
  readonly vault: Uint8Array;
  /** The own identity chain that came with it. */
  readonly identity: Uint8Array;
}

/** A key pair and an AES key as `DeviceKeys` has them. */
export type FreshKeys = Pick<DeviceKeys, 'deviceKey' | 'wrappingKey'>;

/** The keys of one account: at most one is kept. `write` resolves when a new start would find it. */
export interface KeyStore {
  /** Draws new keys; keeps nothing. */
  fresh(): Promise<FreshKeys>;
  read(): Promise<DeviceKeys | null>;
  write(keys: DeviceKeys): Promise<void>;
  clear(): Promise<void>;
}

/** A message or an edit, as the index takes it. */
export interface Indexed {
  readonly chat: ChatId;
  readonly log: LogId;
  readonly seq: number;
  readonly org: OrgId;
  readonly account: AccountId;
  readonly hlc: number;
  /** Of the message; of an edit, the one that it changes. */
  readonly entry: EntryId;
  readonly isEdit: boolean;
  readonly text: string;
  /** Names of its files. */
  readonly names: readonly string[];
}
export type IndexedRef = Pick<Indexed, 'log' | 'seq'>;

/** Text as the newest edit has it. */
export interface FoundIndexed extends Omit<Indexed, 'isEdit'> {
  /** Sinks from one find to the next. */
  readonly cursor: number;
}

export interface IndexQuery {
  readonly terms: readonly Term[];
  readonly chat: ChatId | null;
  readonly who: { readonly org: OrgId; readonly account: AccountId } | null;
  readonly kind: Kind | null;
  /** Milliseconds; `from` is in it, `to` is not. */
  readonly from: number | null;
  readonly to: number | null;
  readonly before: number | null;
  readonly limit: number;
}

/** What changes together. `notes` are the caller's own, as JSON. */
export interface IndexChange {
  readonly said?: readonly Indexed[];
  /** Erased, or does not count any more; with it goes what changed it. */
  readonly gone?: readonly IndexedRef[];
  readonly goneChats?: readonly ChatId[];
  readonly notes?: readonly { readonly key: string; readonly value: unknown }[];
}

/**
 * A full-text index of messages, which can always be filled again. `write` is whole or not at all; taking the same again changes
 * nothing. Throws `Fault` when it fails or hangs; after that it may be empty.
 */
export interface Index {
  write(change: IndexChange): Promise<void>;
  /** Newest first. */
  find(query: IndexQuery): Promise<FoundIndexed[]>;
  /** Those of them that it does not have. */
  lacking(refs: readonly IndexedRef[]): Promise<IndexedRef[]>;
  notes(prefix: string): Promise<{ readonly key: string; readonly value: unknown }[]>;
  close(): Promise<void>;
}

/** Where the index lies. At most one is open. */
export interface IndexPlace {
  /** What somebody else left there is wiped first. */
  open(owner: string): Promise<Index>;
  /** Closes it, and leaves nothing of it on the disk. */
  wipe(): Promise<void>;
}

/** Between a half and one: so that clients that lost the same node do not come back at the same time. */
export function jitter(random: Random): number {
  return 0.5 + (random.bytes(1)[0] as number) / 512;
}
