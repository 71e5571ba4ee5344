/** The two sides of one simulated connection, and the ends that neither side chooses: loss, a crash, a cut that lasts. */
import { type Fate, Side } from './side.ts';
import { BROKEN_MS, GONE_MS, type Life, type Wire } from './wire.ts';

export interface Pair {
  readonly dialler: Side;
  readonly acceptor: Side;
  isOver(): boolean;
  isBetween(a: string, b: string): boolean;
  lose(reason: string): void;
  /** This life has ended: it hears nothing more, and the other side finds out. */
  abandon(life: Life): void;
  /** What cuts held back goes on where they have healed. */
  release(): void;
  /** Gives the pair up if this direction stays cut for long. */
  watchCut(from: string, to: string): void;
}

export function createPair(wire: Wire, diallerLife: Life, acceptorLife: Life): Pair {
  const { events, faults, rng } = wire;
  const fate: Fate = {
    isLost: false,
    lose: (reason) => {
      if (fate.isLost) return;
      fate.isLost = true;
      for (const side of sides) if (side.isOpen) side.later(rng.int(...BROKEN_MS), 'loses', () => side.shut(reason));
    },
  };
  const dialler: Side = new Side(wire, diallerLife, fate, () => acceptor, acceptorLife, false);
  const acceptor: Side = new Side(wire, acceptorLife, fate, () => dialler, diallerLife, true);
  const sides = [dialler, acceptor];

  const abandon = (life: Life): void => {
    const [gone, left] = dialler.life === life ? [dialler, acceptor] : [acceptor, dialler];
    const delayMs = gone.isCut() ? rng.int(...GONE_MS) : rng.int(...BROKEN_MS);
    gone.silence();
    fate.isLost = true;
    if (left.isOpen) left.later(delayMs, 'loses', () => left.shut('connection reset'));
  };

  const watchCut = (from: string, to: string): void => {
    const count = faults.cutCount(from, to);
    const run = (): void => {
      if (faults.isCut(from, to) && faults.cutCount(from, to) === count) fate.lose('the other side is silent');
    };
    events.add({ delayMs: rng.int(...GONE_MS), kind: 'timer', owner: fate, label: `${from} -> ${to} silent`, run });
  };

  return {
    dialler,
    acceptor,
    isOver: () => !dialler.isOpen && !acceptor.isOpen,
    isBetween: (a, b) => sides.every(({ life }) => life.name === a || life.name === b),
    lose: fate.lose,
    abandon,
    release: () => {
      for (const side of sides) side.release();
    },
    watchCut,
  };
}
