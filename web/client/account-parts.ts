/** What a messenger runs on: time, chance, wire and disk, and how it goes about it. */
import type { Api } from './api.ts';
import type { FilePorts } from './files/ports.ts';
import type { Clock, IndexPlace, KeyStore, OpenSocket, Random, Store } from './ports.ts';

export interface AccountParts {
  readonly api: Api;
  readonly store: Store;
  /** Null: a program without keys. */
  readonly keys: KeyStore | null;
  /** Null: nothing is indexed here. */
  readonly index: IndexPlace | null;
  /** A program: nobody types a password. */
  readonly byToken: boolean;
  /** Says in the list of places what is signed in there: "Firefox on Linux". */
  readonly label: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly openSocket: OpenSocket;
  /** Left out: this program sends and reads no files. */
  readonly files?: FilePorts;
  /** Does anybody look? What can wait waits until somebody does. */
  readonly isLooked: () => boolean;
  /** How many of the newest chats are read ahead, so that they open at once and without a connection. */
  readonly readAhead: number;
  /** How long changes are gathered before they are shown. */
  readonly tellAfterMs: number;
  readonly report: (error: unknown) => void;
}
