/**
 * The push socket's client: says from where, hands over what comes in order, one frame after the other, and connects again by
 * itself. Always holds: what `take` has not finished with is not behind the position that a new connection begins from.
 */

import type { RefusalReply, Stored } from '../../protocol/api/shapes.ts';
import type { FromClient, Push } from '../../protocol/api/socket.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { Fault } from '../../protocol/result.ts';
import type { Answer, Connection } from './model.ts';
import type { Clock, OpenSocket, Random, SocketLink, Timer } from './ports.ts';

export interface Socket {
  state(): Connection;
  /** Only when online. Throws `Fault` when the connection ends, or nothing is answered for too long. */
  submit(chat: ChatId, body: string): Promise<Answer<Stored>>;
  typing(chat: ChatId): void;
  /** Connects at once if it waits: the machine woke up, or the network is back. */
  wake(): void;
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
  const { clock, random } = parts;
  const pending = new Map<number, Pending>();
  let attempt: Attempt | null = null;
  let waiting: Timer | null = null;
  let state: Connection = 'connecting';
  let closed = false;
  let tries = 0;
  let nextId = 1;

  function become(next: Connection): void {
    if (state === next) return;
    state = next;
    parts.changed(next);
  }

  function connect(): void {
    waiting = null;
    if (closed) return;
    if (state !== 'offline') become('connecting');
    const link = parts.open({
      onOpen: () => send({ t: 'hello', from: parts.from() }),
      onText: (text) => receive(current, text),
      onClose: () => end(current),
    });
    const current: Attempt = { link, over: false, live: false, queue: Promise.resolve() };
    attempt = current;
  }

  function send(message: FromClient): void {
    attempt?.link.send(JSON.stringify(message));
  }

  /** After this nothing of that connection is taken any more. */
  function end(ended: Attempt): void {
    if (ended.over) return;
    ended.over = true;
    for (const { reject, timer } of pending.values()) {
      timer.cancel();
      reject(new Fault('the connection ended'));
    }
    pending.clear();
    attempt = null;
    ended.link.close();
    if (closed) return;
    become('offline');
    // The next connection says from where, so what this one still has in hand has to be finished before.
    void ended.queue.then(waitToConnect);
  }

  function waitToConnect(): void {
    if (closed) return;
    const jitter = 0.5 + (random.bytes(1)[0] as number) / 512;
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries) * jitter;
    tries = Math.min(tries + 1, 12);
    waiting = clock.after(delayMs, connect);
  }

  function receive(from: Attempt, text: string): void {
    if (from.over) return;
    const parsed = parseFrame(text);
    if (!parsed) {
      end(from);
      return;
    }
    const rest = parsed.filter((push) => !isAnswer(push));
    for (const push of parsed) if (isAnswer(push)) answer(push);
    if (rest.length === 0) return;
    from.queue = from.queue.then(() => takeIn(from, rest)).catch(() => end(from));
  }

  async function takeIn(from: Attempt, pushes: readonly Push[]): Promise<void> {
    if (from.over) return;
    if (pushes.some((push) => push.t === 'resync')) {
      await parts.resync();
      end(from);
      return;
    }
    await parts.take(pushes, from.live);
    if (from.over || !pushes.some((push) => push.t === 'ready')) return;
    from.live = true;
    tries = 0;
    become('online');
  }

  function answer(push: AnswerPush): void {
    const asked = pending.get(push.id);
    pending.delete(push.id);
    asked?.timer.cancel();
    asked?.resolve(push.t === 'stored' ? { ok: true, value: push } : { ok: false, refusal: refusalOf(push) });
  }

  connect();
  return {
    state: () => state,
    submit: (chat, body) =>
      new Promise((resolve, reject) => {
        const current = attempt;
        if (!current || state !== 'online') return reject(new Fault('not connected'));
        const id = nextId++;
        const timer = clock.after(ANSWER_MS, () => end(current));
        pending.set(id, { resolve, reject, timer });
        send({ t: 'submit', id, chat, body });
      }),
    typing(chat) {
      if (state === 'online') send({ t: 'typing', chat });
    },
    wake() {
      if (!waiting) return;
      waiting.cancel();
      tries = 0;
      connect();
    },
    close() {
      closed = true;
      waiting?.cancel();
      if (attempt) end(attempt);
    },
  };
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
