/**
 * One connection with another node, from the first frame to the last: hello, the gate of Network access, then exchange
 * (PROTOCOL 5.1, 7). Always holds: before both sides have said `welcome`, nothing is answered but `goodbye`, and that is the
 * same whatever the reason; after it, frames are dealt with one after the other.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { decode, encode } from '../../protocol/codec.ts';
import type { Organisation } from '../../protocol/identity/organisation.ts';
import { claimedOrgId } from '../../protocol/identity/organisation.ts';
import { isExpired } from '../../protocol/identity/record.ts';
import type { ChatId, LogId, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Fault, type Refusal, type Result } from '../../protocol/result.ts';
import {
  type Answer,
  answer,
  type Call,
  type ChatHeads,
  call,
  type Frame,
  type FrameOf,
  frame,
} from '../../protocol/sync/frames.ts';
import type { Clock, Connection, ConnectionHandlers, Log } from '../ports.ts';
import { createTasks, type Frames } from './tasks.ts';

export interface Session {
  readonly org: OrgId;
  readonly connection: Connection;
  /** Chats whose genesis the other side has been sent in this session. */
  readonly introduced: Set<ChatId>;
  /** `ORG/ACCOUNT:VERSION` of the profiles sent. */
  readonly sentProfiles: Set<string>;
  /** Heads sent last, per chat, as one text. */
  readonly sentHeads: Map<ChatId, string>;
  /** Heads heard last, per chat, in the same form. */
  readonly heardHeads: Map<ChatId, string>;
  /** Logs, chats and (`keys CHAT`) keys of chats that have been asked for, and until when not again (ms). */
  readonly asked: Map<ChatId | LogId | `keys ${ChatId}`, number>;
  /** Heads of chats that are not here, until they are. */
  readonly unknownHeads: Map<ChatId, ChatHeads>;
  /** Heads that could not confirm a chat yet (PROTOCOL 3.8), until acts of it come. */
  readonly aheadHeads: Map<ChatId, ChatHeads>;
  /** Receipts given in this session. */
  readonly receipted: Map<LogId, number>;
  /** Where the sender of the outbox is in the own arrival order. */
  sentTo: number;
  ackedTo: number;
  /** Of the moment: dropped when the connection is full. */
  send(frame: Frame): void;
  /** Durable things: made when the connection takes them. */
  queue(frames: Frames): void;
  call(request: Call, timeoutMs: number): Promise<Answer>;
  /** A piece of a file (PROTOCOL 5.8a). */
  fetch(request: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  close(reason: string): void;
  readonly isOpen: () => boolean;
}

export interface SessionUses {
  readonly clock: Clock;
  readonly log: Log;
  hello(connection: Connection): FrameOf<'hello'>;
  /** Is it worth the work to find out whether this is the organisation that it claims to be? Nothing of it is proven yet. */
  mayTry(connection: Connection, claimed: OrgId, hello: FrameOf<'hello'>): boolean;
  verify(chainBytes: Uint8Array): Result<Organisation>;
  /** May this organisation exchange, now? Learns its record and redeems its token. Null: no. */
  admit(organisation: Organisation, hello: FrameOf<'hello'>): Promise<{ knownInstance: boolean } | null>;
  /** Both sides have said welcome. `knownHere`: the other side knows this installation. */
  onEstablished(session: Session, knownHere: boolean): Promise<void> | void;
  onFrame(session: Session, frame: Frame): Promise<void>;
  onCall(session: Session, request: Call): Promise<Answer>;
  onFetch(session: Session, request: Uint8Array): Promise<Uint8Array>;
  /** What came is no frame. */
  onBroken(session: Session, refusal: Refusal): void;
  onClosed(session: Session | null, connection: Connection, reason: string): void;
}

const HELLO_TIMEOUT_MS = 10_000;

/** Handlers for a new connection; says hello at once. */
export function createSession(connection: Connection, uses: SessionUses): ConnectionHandlers {
  const { clock, log } = uses;
  const tasks = createTasks();
  let org: OrgId | null = null;
  let session: Session | null = null;
  let welcomed: boolean | null = null;
  let isEstablished = false;
  let isOpen = true;
  const patience = clock.after(HELLO_TIMEOUT_MS, () => {
    if (!isEstablished) connection.close('no welcome in time');
  });

  const send = (value: Frame) => connection.send(encode(frame, value));
  const pump = () => {
    if (isOpen) tasks.pump(send);
  };

  function openSession(of: OrgId): Session {
    return {
      org: of,
      connection,
      introduced: new Set(),
      sentProfiles: new Set(),
      sentHeads: new Map(),
      heardHeads: new Map(),
      asked: new Map(),
      unknownHeads: new Map(),
      aheadHeads: new Map(),
      receipted: new Map(),
      sentTo: 0,
      ackedTo: 0,
      send: (value) => {
        if (isOpen) send(value);
      },
      queue(frames) {
        tasks.add(frames);
        pump();
      },
      async call(request, timeoutMs) {
        const bytes = await connection.call(encode(call, request), timeoutMs);
        const read = decode(answer, bytes, LIMITS.callAnswerBytes);
        if (!read.ok) throw new Fault(`a peer answered ${read.refusal.code}`);
        return read.value;
      },
      fetch: (request, timeoutMs) => connection.fetch(request, timeoutMs),
      close: (reason) => connection.close(reason),
      isOpen: () => isOpen && isEstablished,
    };
  }

  function goodbye(reason: string): void {
    send({ is: 'goodbye' });
    connection.close(reason);
  }

  async function takeHello(value: FrameOf<'hello'>): Promise<void> {
    const claimed = claimedOrgId(value.chain);
    if (!claimed.ok) return goodbye(`hello: ${claimed.refusal.code}`);
    if (!uses.mayTry(connection, claimed.value, value)) return goodbye('not admitted');
    const verified = uses.verify(value.chain);
    if (!verified.ok) return goodbye(`hello: ${verified.refusal.code}`);
    const organisation = verified.value;
    const { record, orgId } = organisation;
    if (!equalBytes(record.opKey, connection.remoteKey)) return goodbye('hello: another key');
    if (isExpired(record, clock.now())) return goodbye('hello: record expired');
    const admitted = await uses.admit(organisation, value);
    if (!admitted) return goodbye('not admitted');
    if (!isOpen) return;
    org = orgId;
    session = openSession(orgId);
    send({ is: 'welcome', knownInstance: admitted.knownInstance });
    await establish();
  }

  async function establish(): Promise<void> {
    if (!session || welcomed === null || isEstablished) return;
    isEstablished = true;
    patience.cancel();
    await uses.onEstablished(session, welcomed);
  }

  async function takeFirst(value: Frame): Promise<void> {
    if (value.is === 'hello' && !org) return takeHello(value);
    if (value.is === 'welcome' && welcomed === null) {
      welcomed = value.knownInstance;
      return establish();
    }
    connection.close(value.is === 'goodbye' ? 'the other side said goodbye' : 'out of turn');
  }

  async function onFrame(bytes: Uint8Array): Promise<void> {
    const read = decode(frame, bytes, isEstablished ? LIMITS.frameBytes : LIMITS.helloBytes);
    if (!read.ok) {
      // A frame of a later version is passed over; anything else ends the connection, not more.
      if (read.refusal.code === 'unknown_version' && isEstablished) return;
      if (session && isEstablished) uses.onBroken(session, read.refusal);
      connection.close(`frame: ${read.refusal.code}`);
      return;
    }
    if (!isEstablished || !session) return takeFirst(read.value);
    if (read.value.is === 'hello' || read.value.is === 'welcome') return;
    if (read.value.is === 'goodbye') return connection.close('the other side said goodbye');
    await uses.onFrame(session, read.value);
    pump();
  }

  send(uses.hello(connection));
  return {
    async onFrame(bytes) {
      try {
        await onFrame(bytes);
      } catch (error) {
        log.error('federation.frame_failed', { error: String(error) });
        connection.close('fault');
      }
    },
    async onCall(bytes) {
      const read = decode(call, bytes, LIMITS.callRequestBytes);
      if (!read.ok || !session || !isEstablished) throw new Fault('no call now');
      return encode(answer, await uses.onCall(session, read.value));
    },
    async onFetch(bytes) {
      if (!session || !isEstablished) throw new Fault('no fetch now');
      return uses.onFetch(session, bytes);
    },
    onDrain: pump,
    onClose(reason) {
      isOpen = false;
      patience.cancel();
      uses.onClosed(session, connection, reason);
    },
  };
}
