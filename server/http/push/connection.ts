/**
 * One WebSocket from its opening to its end: what the client says is parsed here, once, and answered. Always holds: messages are
 * submitted in the order in which they came; somebody who breaks the form or floods loses the connection.
 */
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { type FromClient, fromClient, type Push } from '../../../protocol/api/socket.ts';
import type { Arrival } from '../../../protocol/ids.ts';
import { Fault, type Refusal, Refused } from '../../../protocol/result.ts';
import { requireScope, type SignedIn } from '../../accounts/access.ts';
import type { Chats } from '../../chats/chats.ts';
import type { Federation } from '../../federation/federation.ts';
import type { Log } from '../../ports.ts';
import { refusalReply } from '../answers.ts';
import { bytesOf } from '../call.ts';
import type { Rates } from '../rates.ts';
import { authorOf } from '../routes/chats.ts';
import { createSeat } from './seat.ts';
import { CLOSE, type OpenSocket, type Sockets } from './sockets.ts';
import { createWire } from './wire.ts';

export interface ConnectionUses {
  readonly chats: Pick<Chats, 'message' | 'replay' | 'isIn'>;
  readonly committed: () => Arrival;
  readonly federation: Pick<Federation, 'typing'>;
  readonly log: Log;
  readonly own: Parameters<Sockets['typing']>[1];
  readonly rates: Pick<Rates, 'account'>;
  readonly sockets: Sockets;
}

/** Submissions of one socket that have no answer yet. */
const MOST_UNANSWERED = 256;
/** Refused in a row for coming too often: a program that does not listen. */
const MOST_STRIKES = 1_000;

export function openConnection(socket: WebSocket, raw: Duplex, signedIn: SignedIn, uses: ConnectionUses): void {
  const { chats, committed, log, sockets } = uses;
  const { account, via } = signedIn;
  let answered = true;

  const send = (push: Push) => wire.push(JSON.stringify(push));
  const wire = createWire(socket, raw, {
    batches: sockets.batches,
    onDirty: sockets.onDirty,
    onSlow() {
      // Its buffer is full of what it did not take; this one word fits, and tells it to begin anew.
      socket.send('{"t":"resync"}');
      socket.close(CLOSE.slow, 'too slow');
    },
  });
  const seat = createSeat({
    account: account.accountId,
    wire,
    replay: chats.replay,
    committed,
    textFor: sockets.textFor,
    onResync() {
      send({ t: 'resync' });
      wire.close(CLOSE.resync, 'too far behind');
    },
    onFault(error) {
      log.error('socket.replay_failed', { error: error instanceof Error ? (error.stack ?? '') : String(error) });
      socket.terminate();
    },
  });
  const open: OpenSocket = {
    seat,
    signedInBy: via.kind === 'session' ? via.sessionId : via.tokenId,
    close: wire.close,
    terminate: () => socket.terminate(),
    isAlive() {
      const was = answered;
      answered = false;
      if (was) socket.ping();
      return was;
    },
  };
  const hear = createListener(signedIn, send, uses);

  socket.on('pong', () => {
    answered = true;
  });
  socket.on('message', (data, isBinary) => {
    answered = true;
    const said = isBinary ? null : parse(data);
    const isFine = said !== null && (said.t === 'hello' ? seat.hello(said.from) : hear(said));
    if (!isFine) wire.close(CLOSE.abuse, 'not understood, or too often');
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => sockets.remove(open));
  sockets.add(open);
}

/** Answers what a client says after its hello; false: it has gone too far. */
function createListener(signedIn: SignedIn, send: (push: Push) => void, uses: ConnectionUses) {
  const { chats, federation, log, own, rates, sockets } = uses;
  const { accountId } = signedIn.account;
  const author = authorOf(signedIn);
  let unanswered = 0;
  let strikes = 0;

  const refuse = (id: number, refusal: Refusal) => send({ t: 'refused', id, ...refusalReply(refusal) });

  async function submit({ id, chat, body, blobs }: Extract<FromClient, { t: 'submit' }>): Promise<void> {
    try {
      const stored = await chats.message(author, chat, bytesOf(body), blobs?.map(bytesOf));
      if (stored.ok) send({ t: 'stored', id, ...stored.value });
      else refuse(id, stored.refusal);
    } catch (error) {
      if (error instanceof Refused) return refuse(id, error.refusal);
      if (!(error instanceof Fault))
        log.error('socket.bug', { error: error instanceof Error ? (error.stack ?? '') : '' });
      refuse(id, { code: 'overloaded' });
    }
  }

  function typing({ chat }: Extract<FromClient, { t: 'typing' }>): void {
    if (!chats.isIn(accountId, chat)) return;
    sockets.typing(chat, own, accountId);
    federation.typing(chat, accountId);
  }

  /** Null: go on. */
  function refusalOf(said: Exclude<FromClient, { t: 'hello' }>): Refusal | null {
    const rated = rates.account(accountId);
    if (!rated.ok) return rated.refusal;
    const allowed = said.t === 'submit' ? requireScope(signedIn, 'write') : rated;
    if (!allowed.ok) return allowed.refusal;
    return unanswered >= MOST_UNANSWERED ? { code: 'overloaded' } : null;
  }

  return (said: Exclude<FromClient, { t: 'hello' }>): boolean => {
    const refusal = refusalOf(said);
    strikes = refusal ? strikes + 1 : 0;
    if (said.t === 'typing') {
      if (!refusal) typing(said);
    } else if (refusal) refuse(said.id, refusal);
    else {
      unanswered += 1;
      void submit(said).finally(() => {
        unanswered -= 1;
      });
    }
    return strikes < MOST_STRIKES;
  };
}

function parse(data: RawData): FromClient | null {
  try {
    return fromClient.parse(JSON.parse(data.toString()));
  } catch {
    return null;
  }
}
