/**
 * What goes wrong between two nodes, by direction. The real link keeps order within a connection and loses nothing but
 * the connection, so `loss` breaks the connection at a frame; the frame faults are harsher than any real link.
 */
export interface LinkFaults {
  /** Of every message, drawn evenly, ends included. */
  readonly delayMs: readonly [number, number];
  /** For each frame: the chance that the connection breaks there. What is under way is lost. */
  readonly loss: number;
  /** For each dial: the chance that it fails. */
  readonly dialLoss: number;
  readonly dropFrame: number;
  readonly duplicateFrame: number;
  /** The chance that a frame is late by up to `reorderMs` and others pass it. */
  readonly reorderFrame: number;
  readonly reorderMs: number;
}

const NO_FAULTS: LinkFaults = {
  delayMs: [1, 20],
  loss: 0,
  dialLoss: 0,
  dropFrame: 0,
  duplicateFrame: 0,
  reorderFrame: 0,
  reorderMs: 200,
};

export interface Faults {
  of(from: string, to: string): LinkFaults;
  /** For every direction that has none of its own. */
  setAll(faults: Partial<LinkFaults>): void;
  set(from: string, to: string, faults: Partial<LinkFaults>): void;
  isCut(from: string, to: string): boolean;
  /** Counts up with every cut of this direction. */
  cutCount(from: string, to: string): number;
  cut(from: string, to: string): void;
  heal(from: string, to: string): void;
}

export function createFaults(): Faults {
  let common = NO_FAULTS;
  const own = new Map<string, Partial<LinkFaults>>();
  const cuts = new Set<string>();
  const counts = new Map<string, number>();
  const way = (from: string, to: string): string => JSON.stringify([from, to]);
  return {
    of: (from, to) => ({ ...common, ...own.get(way(from, to)) }),
    setAll: (faults) => {
      common = { ...NO_FAULTS, ...faults };
    },
    set: (from, to, faults) => void own.set(way(from, to), faults),
    isCut: (from, to) => cuts.has(way(from, to)),
    cutCount: (from, to) => counts.get(way(from, to)) ?? 0,
    cut: (from, to) => {
      cuts.add(way(from, to));
      counts.set(way(from, to), (counts.get(way(from, to)) ?? 0) + 1);
    },
    heal: (from, to) => void cuts.delete(way(from, to)),
  };
}
