// What the demo says to the process of a node, and what that answers. Everything can be sent between processes.
export interface NodeSettings {
  readonly name: string;
  readonly title: string;
  readonly folder: string;
  readonly webPort: number;
  readonly federationPort: number;
  /** Where the others' records are to be had: domain to address. */
  readonly overrides: Readonly<Record<string, string>>;
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
