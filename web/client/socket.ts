/**
 * The push socket's client: says from where, hands over what comes in order, one frame after the other, and connects again by
 * itself. Always holds: what `take` has not finished with is not behind the position that a new connection begins from.
 */

import type { RefusalReply, Stored } from '../../protocol/api/shapes.ts';
import type { FromClient, Push } from '../../protocol/api/socket.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { Fault } from '../../protocol/result.ts';
import type { Answer, Connection } from './model.ts';
import { type Clock, jitter, type OpenSocket, type Random, type SocketLink, type Timer } from './ports.ts';

export interface Socket {
  state(): Connection;
  /** Only when online. Throws `Fault` when the connection ends, or nothing is answered for too long. */
  submit(chat: ChatId, body: string, blobs?: readonly string[]): Promise<Answer<Stored>>;
  typing(chat: ChatId): void;
  /** Connects at once if it waits: the machine woke up, or the network is back. */
  wake(): void;
  /** Ends the connection now; the next is tried as after any other end. */
  lostNetwork(): void;
  close(): void;
}

export interface SocketParts {
  readonly open: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  /** Position up to which everything is kept. */
  readonly from: () => number;
  /** Pushes of one frame, `live` after everything before has come. A throw ends the connection; the same comes again. */
  readonly take: (pushes: readonly Push[], live: boolean) => Promise<void>;
  /** Too far behind: load the list anew; then it goes on from `from()`. */
  readonly resync: () => Promise<void>;
  readonly changed: (state: Connection) => void;
  /** A connection, or an attempt at one, ended. Browsers do not say whether the node has refused it. */
  readonly ended: () => void;
  readonly report: (error: unknown) => void;
}

const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 20_000;
const ANSWER_MS = 20_000;

interface Pending {
  readonly resolve: (answer: Answer<Stored>) => void;
  readonly reject: (fault: Fault) => void;
  readonly timer: Timer;
}

/** One connection, from its opening to its end. */
interface Attempt {
  readonly link: SocketLink;
  over: boolean;
  live: boolean;
  queue: Promise<void>;
}

export function createSocket(parts: SocketParts): Socket {
  return new Reconnecting(parts);
}

class Reconnecting implements Socket {
  readonly #parts: SocketParts;
  readonly #pending = new Map<number, Pending>();
  #attempt: Attempt | null = null;
  #waiting: Timer | null = null;
  #state: Connection = 'connecting';
  #closed = false;
  #tries = 0;
  #nextId = 1;

  constructor(parts: SocketParts) {
    this.#parts = parts;
    this.#connect();
  }

  state(): Connection {
    return this.#state;
  }

  submit(chat: ChatId, body: string, blobs: readonly string[] = []): Promise<Answer<Stored>> {
    return new Promise((resolve, reject) => {
      const current = this.#attempt;
      if (!current || this.#state !== 'online') {
        reject(new Fault('not connected'));
        return;
      }
      const id = this.#nextId++;
      const timer = this.#parts.clock.after(ANSWER_MS, () => this.#end(current));
      this.#pending.set(id, { resolve, reject, timer });
      this.#send({ t: 'submit', id, chat, body, ...(blobs.length > 0 ? { blobs: [...blobs] } : {}) });
    });
  }

  typing(chat: ChatId): void {
    if (this.#state === 'online') this.#send({ t: 'typing', chat });
  }

  wake(): void {
    if (!this.#waiting) return;
    this.#waiting.cancel();
    this.#tries = 0;
    this.#connect();
  }

  lostNetwork(): void {
    if (this.#attempt) this.#end(this.#attempt);
  }

  close(): void {
    this.#closed = true;
    this.#waiting?.cancel();
    if (this.#attempt) this.#end(this.#attempt);
  }

  #become(next: Connection): void {
    if (this.#state === next) return;
    this.#state = next;
    this.#parts.changed(next);
  }

  #connect(): void {
    this.#waiting = null;
    if (this.#closed) return;
    const link = this.#parts.open({
      onOpen: () => this.#send({ t: 'hello', from: this.#parts.from() }),
      onText: (text) => this.#receive(current, text),
      onClose: () => this.#end(current),
    });
    const current: Attempt = { link, over: false, live: false, queue: Promise.resolve() };
    this.#attempt = current;
  }

  #send(message: FromClient): void {
    this.#attempt?.link.send(JSON.stringify(message));
  }

  /** After this nothing of that connection is taken any more. */
  #end(ended: Attempt): void {
    if (ended.over) return;
    ended.over = true;
    for (const { reject, timer } of this.#pending.values()) {
      timer.cancel();
      reject(new Fault('the connection ended'));
    }
    this.#pending.clear();
    this.#attempt = null;
    ended.link.close();
    if (this.#closed) return;
    this.#become('offline');
    this.#parts.ended();
    // The next connection says from where, so what this one still has in hand has to be finished before.
    void ended.queue.then(() => this.#waitToConnect());
  }

  #waitToConnect(): void {
    if (this.#closed) return;
    const { clock, random } = this.#parts;
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#tries) * jitter(random);
    this.#tries = Math.min(this.#tries + 1, 12);
    this.#waiting = clock.after(delayMs, () => this.#connect());
  }

  #receive(from: Attempt, text: string): void {
    if (from.over) return;
    const parsed = parseFrame(text);
    if (!parsed) {
      this.#end(from);
      return;
    }
    for (const push of parsed) if (isAnswer(push)) this.#answer(push);
    const rest = parsed.filter((push) => !isAnswer(push));
    if (rest.length === 0) return;
    from.queue = from.queue
      .then(() => this.#takeIn(from, rest))
      .catch((error: unknown) => {
        if (!(error instanceof Fault)) this.#parts.report(error);
        this.#end(from);
      });
  }

  async #takeIn(from: Attempt, pushes: readonly Push[]): Promise<void> {
    if (from.over) return;
    if (pushes.some((push) => push.t === 'resync')) {
      await this.#parts.resync();
      this.#end(from);
      return;
    }
    await this.#parts.take(pushes, from.live);
    if (from.over || !pushes.some((push) => push.t === 'ready')) return;
    from.live = true;
    this.#tries = 0;
    this.#become('online');
  }

  #answer(push: AnswerPush): void {
    const asked = this.#pending.get(push.id);
    this.#pending.delete(push.id);
    asked?.timer.cancel();
    asked?.resolve(push.t === 'stored' ? { ok: true, value: push } : { ok: false, refusal: refusalOf(push) });
  }
}

type AnswerPush = Extract<Push, { t: 'stored' | 'refused' }>;

function isAnswer(push: Push): push is AnswerPush {
  return push.t === 'stored' || push.t === 'refused';
}

function refusalOf({ code, sentence, detail }: Extract<Push, { t: 'refused' }>): RefusalReply {
  return detail === undefined ? { code, sentence } : { code, sentence, detail };
}

/** One push or several in a frame; null for what is neither. */
function parseFrame(text: string): Push[] | null {
  try {
    const value: unknown = JSON.parse(text);
    const list = Array.isArray(value) ? value : [value];
    return list.every((each) => typeof each?.t === 'string') ? (list as Push[]) : null;
  } catch {
    return null;
  }
}
