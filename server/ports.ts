/**
 * Ports: everything that makes two runs of a node differ (time, chance, the wire, what is printed).
 * Handed in by `main.ts` from `adapters/`, or by the seeded world of the tests. ARCHITECTURE.md "Ports".
 */

/** A pending call of `Clock.after`. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number;
  /** Calls `run` once, `delayMs` from now (0: after the current work is done). Faults in it are logged, not thrown. */
  after(delayMs: number, run: () => void | Promise<void>): Timer;
}

export interface Random {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array;
}

/** Ed25519 (RFC 8032, strict). The operational key never leaves the adapter that made the signer. */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Structured log. Never a secret, a body, a name of a private chat, or its id. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** What a node does with one connection. */
export interface ConnectionHandlers {
  /** The next frame is handed over when the returned promise has resolved: that is the back-pressure. A throw ends the connection. */
  onFrame(frame: Uint8Array): void | Promise<void>;
  /** One look-up from the other side (protocol `/conclave/rpc/1`). A throw closes the call without an answer. */
  onCall(request: Uint8Array): Promise<Uint8Array>;
  /** As `onCall`, for a piece of a file (protocol `/conclave/blob/1`). */
  onFetch(request: Uint8Array): Promise<Uint8Array>;
  /** The send queue fell below its low-water mark after `send` had said `false`. */
  onDrain(): void;
  /**
   * Once, however it ended, and never from within a call of ours (not even `close`). No handler is called afterwards, but
   * one that is at work may outlast it. What was received and not yet handed over is dropped.
   */
  onClose(reason: string): void;
}

/** One connection of two nodes. The transport has proven `remoteKey`; nothing else is known of the other side yet. */
export interface Connection {
  /** Operational Ed25519 key of the other side, 32 bytes. */
  readonly remoteKey: Uint8Array;
  readonly inbound: boolean;
  /** Printable address of the other side, for the log and `status`. */
  readonly remoteAddress: string;
  /**
   * Queues one frame of at most `LIMITS.frameBytes`; frames of one tick leave in one write.
   * `false`: the queue is above its high-water mark, send nothing more until `onDrain`.
   * Who goes on regardless loses the connection. After its end this does nothing and returns `false`.
   */
  send(frame: Uint8Array): boolean;
  /** One request and its answer. Rejects with a `Fault` after `timeoutMs`, or when the connection ends. */
  call(request: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** As `call`, for a piece of a file: beside the calls, so that neither waits for the other. */
  fetch(request: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** What is queued still leaves if the other side takes it at once. */
  close(reason: string): void;
}

/** Authenticated, encrypted, framed connections between nodes. Real one: libp2p. Simulated one: the seeded world. */
export interface Link {
  /** Starts accepting; once, before any dial. `accept` decides before anything else is read; `null` ends the connection. */
  listen(accept: (connection: Connection) => ConnectionHandlers | null): Promise<void>;
  /**
   * Dials `remoteKey` at the first of `addresses` (multiaddr text) that answers. Rejects with a `Fault`. Always a new
   * connection, also when both sides dial at once: which one stays is for the caller. One that the other side does not
   * accept may be given out and end at once, so it is the first frame that says "connected".
   */
  dial(
    remoteKey: Uint8Array,
    addresses: readonly string[],
    open: (connection: Connection) => ConnectionHandlers,
  ): Promise<Connection>;
  /** Own listening addresses as multiaddr text, without the peer id. */
  addresses(): readonly string[];
  close(): Promise<void>;
}

/** HTTPS for address look-ups (PROTOCOL 1.9): no redirects, bounded size and time, public addresses only unless configured. */
export interface WellKnown {
  /** The bytes at `https://DOMAIN/.well-known/conclave`. Rejects with a `Fault`. */
  fetchRecord(domain: string): Promise<Uint8Array>;
}

/** A browser, as its push service knows it. */
export interface PushTarget {
  readonly endpoint: string;
  /** P-256, uncompressed; 65 bytes. */
  readonly p256dh: Uint8Array;
  /** 16 bytes. */
  readonly auth: Uint8Array;
}

/** P-256: 65 bytes uncompressed, and 32. */
export interface PushKeys {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

export interface PushMessage {
  readonly target: PushTarget;
  readonly keys: PushKeys;
  /** An https or mailto address of who sends. */
  readonly subject: string;
  readonly note: Uint8Array;
  /** At most 32 characters of base64url; a newer message takes the place of one with the same. */
  readonly topic: string;
  readonly lifetimeSeconds: number;
}

export interface PushAnswer {
  readonly status: number;
  readonly retryAfterMs: number | null;
}

/** Push services of browsers (RFC 8030, 8291, 8292). */
export interface WebPush {
  makeKeys(): PushKeys;
  /** Is that an address which `send` calls? */
  mayCall(endpoint: string): boolean;
  /** Rejects with a `Fault` where there is no answer. */
  send(message: PushMessage): Promise<PushAnswer>;
}

export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly link: Link;
  readonly wellKnown: WellKnown;
}

/** A file that is being written. */
export interface PartFile {
  /** Puts these at `at`, one after the other. */
  write(pieces: readonly Uint8Array[], at: number): Promise<void>;
  /** `length` bytes from `at` on, which must have been written. */
  read(at: number, length: number): Promise<Uint8Array>;
  /** What was written is on the disk when this resolves. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A whole file, to be read. It stays readable until it is closed, also when it is removed meanwhile. */
export interface BlobFile {
  readonly bytes: number;
  read(at: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Files on the disk: whole ones by their SHA-256, parts by a name of `a-z 0-9 - _`. Rejects with a `Fault` when the disk fails. */
export interface BlobStore {
  /** Bytes that a part has; 0: there is none. */
  partBytes(part: string): Promise<number>;
  /** Opens it to go on at `from`: what lies beyond is cut off. One at a time. */
  openPart(part: string, from: number): Promise<PartFile>;
  removePart(part: string): Promise<void>;
  /** The part, which is synced, is from now on whole under this hash too: durable when this resolves. The part stays until it is removed. */
  keep(part: string, hash: Uint8Array): Promise<void>;
  /** undefined: it is not there. */
  openBlob(hash: Uint8Array): Promise<BlobFile | undefined>;
  removeBlob(hash: Uint8Array): Promise<void>;
  /** All that lies there, for what a crash left behind. */
  parts(): Promise<readonly string[]>;
  blobs(): Promise<readonly Uint8Array[]>;
  /** Of the disk. */
  freeBytes(): Promise<number>;
}

/** One small secret file. What `write` wrote is on disk, whole, when it returns. */
export interface KeyFile {
  /** undefined: there is none yet. */
  read(): string | undefined;
  write(text: string): void;
}
