/**
 * One side of a simulated connection: what it sends, what it is handed, its one end. Frames keep their order and arrive
 * once unless a frame fault says otherwise; a cut holds them, as TCP would, until it heals or the pair is given up.
 */
import { LIMITS } from '../../protocol/limits.ts';
import { assert } from '../../protocol/result.ts';
import { LINK_BOUNDS } from '../../server/link-bounds.ts';
import type { Connection, ConnectionHandlers } from '../../server/ports.ts';
import { type Call, callOther, failCalls } from './calls.ts';
import type { LinkFaults } from './faults.ts';
import type { Life, Message, Wire } from './wire.ts';

/** What a side may do to both. */
export interface Fate {
  isLost: boolean;
  /** What is under way is lost; each side finds out in its own time. */
  lose(reason: string): void;
}

export class Side {
  readonly wire: Wire;
  readonly life: Life;
  readonly connection: Connection;
  readonly calls = new Set<Call>();
  handlers: ConnectionHandlers | null = null;
  isOpen = true;
  readonly #fate: Fate;
  readonly #other: () => Side;
  #isBusy = false;
  #inbox: Uint8Array[] = [];
  /** Of what it sent: bytes not yet handed over on the other side. */
  #underWayBytes = 0;
  #owesDrain = false;
  #lastArrivalAt = 0;
  #held: Message[] = [];

  constructor(wire: Wire, life: Life, fate: Fate, other: () => Side, remote: Life, inbound: boolean) {
    this.wire = wire;
    this.life = life;
    this.#fate = fate;
    this.#other = other;
    this.connection = {
      remoteKey: remote.publicKey,
      inbound,
      remoteAddress: `/memory/${remote.name}`,
      send: (frame) => this.#send(frame),
      call: (request, timeoutMs) => callOther(this, this.#other(), 'onCall', request, timeoutMs),
      fetch: (request, timeoutMs) => callOther(this, this.#other(), 'onFetch', request, timeoutMs),
      close: (reason) => this.#close(reason),
    };
  }

  /** From now on frames that arrived are handed over; once. */
  start(handlers: ConnectionHandlers): void {
    this.handlers = handlers;
    if (this.#inbox.length > 0) this.later(0, 'next frame', () => this.#handNext());
  }

  /** The end, on this side; told by an event of its own. */
  shut(reason: string): void {
    if (!this.isOpen) return;
    this.silence();
    failCalls(this.calls);
    this.later(0, `closed: ${reason}`, () => this.handlers?.onClose(reason));
  }

  /** The end, and nobody there to hear of it. */
  silence(): void {
    this.isOpen = false;
    this.#inbox = [];
    this.#held = [];
  }

  later(delayMs: number, label: string, run: () => void | Promise<void>): void {
    this.wire.events.add({ delayMs, kind: 'link', owner: this.life, label: `${this.life.name} ${label}`, run });
  }

  isCut(): boolean {
    return this.wire.faults.isCut(this.life.name, this.#other().life.name);
  }

  /** Puts a message under way. Ordered ones arrive as they left and wait while cut; the others are then lost. */
  post(message: Message, isOrdered: boolean, extraMs = 0): void {
    const { events, rng } = this.wire;
    const now = events.now();
    let at = now + rng.int(...this.#faults().delayMs) + extraMs;
    if (isOrdered) {
      at = Math.max(at, this.#lastArrivalAt);
      this.#lastArrivalAt = at;
    }
    const to = this.#other().life;
    const label = `${this.life.name} -> ${to.name} ${message.label}`;
    const bytes = message.bytes === undefined ? {} : { bytes: message.bytes };
    const run = (): void | Promise<void> => this.#arrive(message, isOrdered);
    events.add({ delayMs: at - now, kind: 'link', owner: to, label, run, ...bytes });
  }

  /** What a cut held back goes on, if it has healed. */
  release(): void {
    if (this.isCut()) return;
    for (const message of this.#held.splice(0)) this.post(message, true);
  }

  #faults(): LinkFaults {
    return this.wire.faults.of(this.life.name, this.#other().life.name);
  }

  #arrive(message: Message, isOrdered: boolean): void | Promise<void> {
    if (this.#fate.isLost) return;
    if (!this.isCut() && (!isOrdered || this.#held.length === 0)) return message.arrive();
    if (isOrdered) this.#held.push(message);
  }

  #send(frame: Uint8Array): boolean {
    assert(this.life.isHostile || frame.length <= LIMITS.frameBytes, 'a frame is within LIMITS.frameBytes');
    if (!this.isOpen) return false;
    for (const tap of this.wire.taps) tap(this.life.name, this.#other().life.name, frame);
    this.#postFrame(frame.slice());
    if (this.#underWayBytes <= LINK_BOUNDS.sendHighBytes) return true;
    this.#owesDrain = true;
    if (this.#underWayBytes > LINK_BOUNDS.sendMostBytes) {
      this.shut('send queue overflow');
      this.#fate.lose('connection lost');
    }
    return false;
  }

  #postFrame(frame: Uint8Array): void {
    const { rng } = this.wire;
    const chances = this.#faults();
    if (rng.chance(chances.loss)) this.post({ label: 'break', arrive: () => this.#fate.lose('connection lost') }, true);
    if (rng.chance(chances.dropFrame)) return;
    const copies = rng.chance(chances.duplicateFrame) ? 2 : 1;
    for (let i = 0; i < copies; i += 1) {
      this.#underWayBytes += frame.length;
      const isLate = rng.chance(chances.reorderFrame);
      const arrive = (): void | Promise<void> => this.#other().#take(frame);
      const message = { label: `frame of ${frame.length}`, bytes: frame, arrive };
      this.post(message, !isLate, isLate ? rng.int(1, chances.reorderMs) : 0);
    }
  }

  #take(frame: Uint8Array): void | Promise<void> {
    if (!this.isOpen) return;
    if (frame.length > LIMITS.frameBytes) {
      this.shut('frame too large');
      this.#fate.lose('closed by the other side');
      return;
    }
    this.#inbox.push(frame);
    return this.#handNext();
  }

  async #handNext(): Promise<void> {
    if (this.#isBusy || this.handlers === null) return;
    const frame = this.#inbox.shift();
    if (frame === undefined) return;
    this.#isBusy = true;
    this.#other().#handedOver(frame.length);
    try {
      await this.handlers.onFrame(frame);
    } catch (error) {
      this.shut('handler failed');
      this.#fate.lose('closed by the other side');
      throw error;
    } finally {
      this.#isBusy = false;
      if (this.#inbox.length > 0) this.later(0, 'next frame', () => this.#handNext());
    }
  }

  #handedOver(bytes: number): void {
    this.#underWayBytes -= bytes;
    if (!this.#owesDrain || !this.isOpen || this.#underWayBytes > LINK_BOUNDS.sendLowBytes) return;
    this.#owesDrain = false;
    this.later(this.wire.rng.int(...this.#faults().delayMs), 'drained', () => {
      if (this.isOpen) this.handlers?.onDrain();
    });
  }

  #close(reason: string): void {
    if (!this.isOpen) return;
    this.shut(reason);
    this.post({ label: 'close', arrive: () => this.#other().shut('closed by the other side') }, true);
  }
}
