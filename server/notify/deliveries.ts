/**
 * Push messages on their way. Always holds: of one chat and browser the newest alone waits; what a push service does not take now is
 * tried again, later each time, and given up in the end; who it does not know any more is told no more; what waits is bounded.
 */
import { createHash } from 'node:crypto';
import { utf8 } from '../../protocol/bytes.ts';
import type { ChatId } from '../../protocol/ids.ts';
import type { Clock, Log, PushKeys, PushTarget, Random, WebPush } from '../ports.ts';

export interface PushNote {
  readonly chat: ChatId;
  readonly arrival: number;
  /** Unread in that chat. */
  readonly count: number;
}

export interface PushDeliveries {
  deliver(target: PushTarget, note: PushNote): void;
  stop(): void;
}

interface Uses {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly webPush: Pick<WebPush, 'send'>;
  readonly keys: () => Promise<PushKeys>;
  /** Says to push services who sends: an address of the node. */
  readonly subject: () => string;
  readonly gone: (endpoint: string) => Promise<void>;
}

interface Waiting {
  readonly target: PushTarget;
  readonly note: PushNote;
  readonly tries: number;
}

const MOST_WAITING = 10_000;
const MOST_AT_ONCE = 16;
const FIRST_RETRY_MS = 20_000;
const LONGEST_RETRY_MS = 30 * 60_000;
const TRIES = 7;
const LIFETIME_SECONDS = 24 * 3_600;
/** All notes are equally long. */
const NOTE_BYTES = 256;

export function createPushDeliveries(uses: Uses): PushDeliveries {
  const { clock, random, log, webPush, keys, subject, gone } = uses;
  /** In turn, by browser and chat. */
  const ready = new Map<string, Waiting>();
  /** To be tried again: when their time has come they are `ready`. */
  const later = new Map<string, { readonly waiting: Waiting; readonly timer: { cancel(): void } }>();
  let under = 0;
  let stopped = false;

  function put(key: string, waiting: Waiting): void {
    if (ready.size + later.size >= MOST_WAITING && !ready.has(key)) {
      log.warn('push.too_many');
      return;
    }
    later.get(key)?.timer.cancel();
    later.delete(key);
    ready.set(key, waiting);
    pump();
  }

  function pump(): void {
    for (const [key, waiting] of ready) {
      if (under >= MOST_AT_ONCE || stopped) return;
      ready.delete(key);
      under += 1;
      void attempt(key, waiting)
        .catch((error: unknown) => log.error('push.bug', { error: String(error) }))
        .finally(() => {
          under -= 1;
          pump();
        });
    }
  }

  async function attempt(key: string, waiting: Waiting): Promise<void> {
    const { target, note } = waiting;
    const host = new URL(target.endpoint).host;
    const answer = await webPush
      .send({
        ...{
          target,
          keys: await keys(),
          subject: subject(),
          topic: topicOf(target, note.chat),
          lifetimeSeconds: LIFETIME_SECONDS,
        },
        note: utf8(JSON.stringify({ v: 1, ...note }).padEnd(NOTE_BYTES)),
      })
      .catch((error: unknown) => ({ status: 0, retryAfterMs: null, why: String(error) }));
    const { status, retryAfterMs } = answer;
    if (status >= 200 && status < 300) return;
    log.info('push.refused', { host, status });
    if (status === 404 || status === 410) return gone(target.endpoint);
    if (status !== 0 && status !== 408 && status !== 429 && status < 500) return;
    retry(key, waiting, retryAfterMs);
  }

  function retry(key: string, { target, note, tries }: Waiting, retryAfterMs: number | null): void {
    // A newer one has taken its place meanwhile.
    if (stopped || tries + 1 >= TRIES || ready.has(key) || later.has(key)) return;
    const grown = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries);
    const jitter = 0.75 + (random.bytes(1)[0] as number) / 512;
    const delayMs = Math.max(grown * jitter, Math.min(retryAfterMs ?? 0, LONGEST_RETRY_MS));
    const waiting = { target, note, tries: tries + 1 };
    const timer = clock.after(delayMs, () => {
      later.delete(key);
      put(key, waiting);
    });
    later.set(key, { waiting, timer });
  }

  return {
    deliver: (target, note) => put(`${target.endpoint} ${note.chat}`, { target, note, tries: 0 }),
    stop() {
      stopped = true;
      for (const { timer } of later.values()) timer.cancel();
    },
  };
}

/** Newer takes the place of older at the push service, which learns that two are of one chat, and not of which. */
function topicOf({ auth }: PushTarget, chat: ChatId): string {
  return createHash('sha256').update(auth).update(chat).digest('base64url').slice(0, 32);
}
