// What the demo says to the process of a node, and what that answers. Everything can be sent between processes.
export interface NodeSettings {
  readonly name: string;
  readonly title: string;
  readonly folder: string;
  readonly webPort: number;
  readonly federationPort: number;
  /** Where the others' records are to be had: domain to address. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Of the configuration, in its environment's words. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ready {
  readonly url: string;
  readonly address: string;
  readonly org: string;
  /** Operational key, hex. */
  readonly key: string;
}

export interface PeerLine {
  readonly org: string;
  readonly connected: boolean;
  readonly queued: number;
  readonly refused: number;
}

export interface Orders {
  joinLink: { ask: { administrator: boolean }; answer: string };
  ticket: { ask: null; answer: string };
  addTicket: { ask: string; answer: null };
  cut: { ask: string; answer: null };
  heal: { ask: string; answer: null };
  status: { ask: null; answer: { peers: readonly PeerLine[]; entries: number; arrival: number; stopped: number } };
  /** Makes bots, each with a token: load is not about passwords. */
  people: { ask: { prefix: string; count: number }; answer: readonly TokenHolder[] };
  /** What the process has used so far: CPU in µs, memory and database in bytes. */
  usage: { ask: null; answer: Usage };
  /** Moves the write-ahead log into the database; its size in bytes afterwards. */
  checkpoint: { ask: null; answer: number };
  stop: { ask: null; answer: null };
}

export interface Order {
  readonly id: number;
  readonly order: keyof Orders;
  readonly ask: unknown;
}
export interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

export interface TokenHolder {
  readonly account: string;
  readonly token: string;
}
export interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
}
