/** Ports of files: the disk on which they wait sealed, and the wire. Handed in by `adapters/`. */
import type { FetchStream } from './fetching.ts';

/** One sealed file that is being written. */
export interface SpoolWriter {
  /** Refuses (throws) `device_full`. */
  write(piece: Uint8Array<ArrayBuffer>): Promise<void>;
  /** From now on it is there whole, also for a new start. */
  end(): Promise<void>;
}

/** Sealed files that wait for their upload. They outlive the program where it has a disk. */
export interface SpoolStore {
  /** Begins one of so many bytes, in place of what had that name. */
  create(name: string, bytes: number): Promise<SpoolWriter>;
  /** Null: there is none. Of one that was never ended it may give a part. */
  open(name: string): Promise<Blob | null>;
  remove(name: string): Promise<void>;
  names(): Promise<readonly string[]>;
}

export interface FilePorts {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly spools: SpoolStore;
  readonly fetch: FetchStream;
  /** Of every request of an upload. */
  readonly headers: () => Record<string, string>;
  /** How much one request of an upload carries; null: all, where the wire takes a `Blob` and reads it as it goes. */
  readonly pieceBytes: number | null;
}
