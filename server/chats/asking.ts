/**
 * What the own accounts ask of the hub, and their leaving (PROTOCOL 4.2, 4.6; SEAL 4.1, 4.6). Always holds: a request that is
 * answered is on disk with its looks and bundles; a retry is taken once; the node asks in nobody's name but to end or suspend.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { NO_DEVICE } from '../../protocol/chat/author.ts';
import { followsPin, statedIdentity } from '../../protocol/chat/pins.ts';
import { judgeRequest } from '../../protocol/chat/reduce.ts';
import { isFresh, isKeysOnly } from '../../protocol/chat/sealing.ts';
import { currentInterval, memberKey } from '../../protocol/chat/state.ts';
import { encode } from '../../protocol/codec.ts';
import { taggedHash } from '../../protocol/hash.ts';
import {
  type AccountId,
  type ChatId,
  type DeviceId,
  idBytes,
  idFromBytes,
  type LogId,
  type OrgId,
} from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type Body, finBody, type RequestBody, requestBody } from '../../protocol/log/entry.ts';
import { isRefusalCode, REFUSAL_CODES, type RefusalCode } from '../../protocol/refusals.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import { bundleHash } from '../../protocol/seal/bundle.ts';
import { decodeKeyMaterial } from '../../protocol/seal/material.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { type Cache, workOrRefuse } from './cache.ts';
import type { ControlLog } from './control.ts';
import { rememberOwn } from './entries.ts';
import type { Feed } from './feed.ts';
import { readActs } from './held.ts';
import type { Hub } from './hub.ts';
import { expectBundles, takeBundles } from './key-bundles.ts';
import type { OwnLogs } from './logs.ts';
import type { People } from './people.ts';
import { type Author, bodyOf, logOf, type Place, type Places } from './places.ts';

export interface RequestOutcome {
  readonly seq: number;
  readonly outcome: 'ordered' | 'queued';
}

/** What travels beside a request. */
export interface Beside {
  readonly looks: readonly Uint8Array[];
  readonly bundles: readonly Uint8Array[];
}

export interface Asking {
  request(author: Author, chatId: ChatId, bytes: Uint8Array, beside: Beside): Promise<Result<RequestOutcome>>;
  fin(author: Author, chatId: ChatId, bytes: Uint8Array): Promise<Result<null>>;
  /** Ends all of an account's private and direct chats, in the node's name (PROTOCOL 4.6). */
  finEverywhere(account: AccountId): Promise<void>;
  /**
   * The account was reset: suspends it in all its sealed chats, in the node's name (SEAL 4.6). `identity`: its chain with the reset.
   * Where that was asked already nothing happens, so it may be called again after a crash.
   */
  suspendEverywhere(account: AccountId, identity: Uint8Array): Promise<void>;
}

interface Uses {
  readonly db: Database;
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly feed: Feed;
  readonly hub: Hub;
  readonly keepLooks: ControlLog['keepLooks'];
  readonly ownLogs: OwnLogs;
  readonly people: People;
  readonly places: Places;
  readonly mayBringIn: (org: OrgId) => RefusalCode | null;
}

export function createAsking(uses: Uses): Asking {
  const { db, self, cache, feed, hub, ownLogs, people, places } = uses;

  async function request(
    author: Author,
    chatId: ChatId,
    bytes: Uint8Array,
    beside: Beside,
  ): Promise<Result<RequestOutcome>> {
    const written = await workOrRefuse(cache, chatId, (tx) => {
      const here = places.toWrite(tx, author.account, chatId);
      const body = bodyOf('request', bytes, author);
      const known = places.before(tx, here.seat.person, idBytes(body.requestId));
      if (known) return { seq: known.seq, logId: logOf(here.held, known).logId, from: 1 };
      checkRequest(here, author, body, beside);
      return append(tx, here, author, body, bytes, beside);
    });
    if (!written.ok) return written;
    await hub.consider(chatId);
    return outcomeOf(chatId, written.value);
  }

  function append(
    tx: Tx,
    { held, log }: Place,
    author: Pick<Author, 'account' | 'device'>,
    body: RequestBody,
    bytes: Uint8Array,
    beside: Beside,
  ) {
    uses.keepLooks(tx, held, beside.looks, [body]);
    expectBundles(tx, held, body);
    takeBundles(tx, held, beside.bundles);
    const from = held.state.head.cpos + 1;
    const row = ownLogs.append(tx, held, log, author, { kind: 'request', body }, bytes);
    rememberOwn(tx, row.person, idBytes(body.requestId), row.arrival);
    return { seq: row.seq, logId: log.logId, from };
  }

  function checkRequest({ held, seat }: Place, author: Author, body: RequestBody, beside: Beside): void {
    if (body.chatId !== held.chatId || body.intents.length === 0) throw new Refused('malformed', 'request');
    const { suite } = held.state;
    if (suite === 0 && (body.keyMaterial.length > 0 || body.devSig.length > 0)) throw new Refused('suite_not_allowed');
    for (const intent of body.intents) {
      if (seat.kind === 'general' && !author.administrator) throw new Refused('not_allowed');
      if (intent.is === 'look' && !beside.looks.some((look) => equalBytes(taggedHash('look', look), intent.hash)))
        throw new Refused('bad_input', 'looks');
      if (intent.is === 'invite' && intent.org !== self.orgId) checkOutsider(author, intent.org);
    }
    if (body.keyMaterial.length > 0) checkMaterial(body, beside.bundles);
    // What is no fresh key any more the client makes anew; what else is asked for does not suffer from it.
    if (isKeysOnly(body) && suite !== 0 && !isFresh(held.state, body)) throw new Refused('stale_key_material');
    // Only the hub's state is the one that judges; elsewhere the request travels and is judged there.
    if (held.state.hub !== self.orgId && suite === 0) return;
    const refused = judgeRequest(held.state, self.orgId, body);
    if (refused && (held.state.hub === self.orgId || isOfDevice(refused))) throw new Refused(refused);
  }

  /** Every bundle that the request names is there, and no other. */
  function checkMaterial({ keyMaterial }: RequestBody, bundles: readonly Uint8Array[]): void {
    const read = decodeKeyMaterial(keyMaterial);
    if (!read.ok) throw new Refused(read.refusal.code, read.refusal.detail);
    const bytes = bundles.reduce((sum, { length }) => sum + length, 0);
    if (bytes > LIMITS.requestBundlesBytes) throw new Refused('too_big', 'bundles');
    const hashes = bundles.map(bundleHash);
    const named = read.value.bundles;
    const isThere = ({ hash }: { hash: Uint8Array }) => hashes.some((each) => equalBytes(each, hash));
    if (named.length !== bundles.length || !named.every(isThere)) throw new Refused('bad_input', 'bundles');
  }

  function checkOutsider(author: Author, org: OrgId): void {
    if (!author.mayBringOutsiders) throw new Refused('outsiders_not_allowed');
    const refused = uses.mayBringIn(org);
    if (refused) throw new Refused(refused);
  }

  /** What became of a request: ordered, still queued, or the hub's refusal. */
  function outcomeOf(
    chatId: ChatId,
    { seq, logId, from }: { seq: number; logId: LogId; from: number },
  ): Result<RequestOutcome> {
    const held = cache.find(db.read, chatId);
    if (!held?.state.disposed.has(`${logId}:${seq}`)) return { ok: true, value: { seq, outcome: 'queued' } };
    for (const { act } of readActs(db.read, held.id, from, LIMITS.actsPerFrame)) {
      if (act.cause.is !== 'hub' || act.cause.intent.is !== 'refuse') continue;
      const { intent } = act.cause;
      if (intent.logId !== logId || intent.seq !== seq) continue;
      const code = REFUSAL_CODES[intent.code];
      return { ok: false, refusal: { code: code && isRefusalCode(code) ? code : 'not_allowed' } };
    }
    return { ok: true, value: { seq, outcome: 'ordered' } };
  }

  async function fin(author: Author, chatId: ChatId, bytes: Uint8Array): Promise<Result<null>> {
    const written = await workOrRefuse(cache, chatId, (tx) => {
      const here = places.at(tx, author.account, chatId);
      const body = bodyOf('fin', bytes, author);
      if (body.chatId !== chatId) throw new Refused('malformed', 'fin');
      writeFin(tx, here, author, { kind: 'fin', body }, bytes);
      return null;
    });
    if (written.ok) await hub.consider(chatId);
    return written;
  }

  /** Takes effect here at once, whatever the hub does (PROTOCOL 4.6). */
  function writeFin(
    tx: Tx,
    here: Place,
    author: { account: AccountId; device: DeviceId },
    body: Body,
    bytes: Uint8Array,
  ): void {
    const { held, log, seat } = here;
    if (seat.kind === 'general') throw new Refused('not_acceptable');
    const key = memberKey(self.orgId, author.account);
    if (!currentInterval(held.state.members.get(key)) || held.leaving.has(key)) return;
    ownLogs.append(tx, held, log, author, body, bytes);
    tx.prepare("UPDATE seat SET standing = 'ended' WHERE person = ? AND chat = ?").run(seat.person, held.id);
    feed.publish(tx, {
      is: 'seat',
      arrival: feed.event(tx, 'seat', held.id, seat.person, 0),
      held,
      person: seat.person,
    });
  }

  function* seatsOf(account: AccountId): Generator<ChatId> {
    const rows = db.read
      .prepare<[number], { chatId: ChatId }>(
        `SELECT chat.chatId FROM seat JOIN chat ON chat.id = seat.chat
         WHERE seat.person = ? AND seat.standing <> 'ended' AND chat.kind IN ('private', 'direct')`,
      )
      .all(people.find(self.orgId, account) ?? -1);
    for (const { chatId } of rows) yield chatId;
  }

  async function finEverywhere(account: AccountId): Promise<void> {
    for (const chatId of seatsOf(account)) {
      const body = { v: 1, chatId, account, device: NO_DEVICE, devSig: new Uint8Array() } as const;
      await workOrRefuse(cache, chatId, (tx) =>
        writeFin(
          tx,
          places.at(tx, account, chatId),
          { account, device: NO_DEVICE },
          { kind: 'fin', body },
          encode(finBody, body),
        ),
      );
      await hub.consider(chatId);
    }
  }

  async function suspendEverywhere(account: AccountId, identity: Uint8Array): Promise<void> {
    const author = { account, device: NO_DEVICE };
    for (const chatId of seatsOf(account)) {
      // The same for the same chain and chat, so that it is asked once.
      const requestId = idFromBytes('request', taggedHash('request', idBytes(chatId), identity).subarray(0, 16));
      const body: RequestBody = {
        v: 1,
        chatId,
        ...author,
        requestId,
        base: null,
        intents: [{ is: 'keys', identity }],
        keyMaterial: new Uint8Array(),
        devSig: new Uint8Array(),
      };
      await workOrRefuse(cache, chatId, (tx) => {
        const here = places.at(tx, account, chatId);
        if (!isReset(here, account, identity) || places.before(tx, here.seat.person, idBytes(requestId))) return;
        append(tx, here, author, body, encode(requestBody, body), { looks: [], bundles: [] });
      });
      await hub.consider(chatId);
    }
  }

  /** Whoever was admitted again, or came in afterwards, has these keys pinned. */
  function isReset({ held: { state } }: Place, account: AccountId, identity: Uint8Array): boolean {
    if (state.suite === 0) return false;
    const read = statedIdentity(state, { org: self.orgId, account }, identity);
    const follows = read.ok ? followsPin(state, read.value) : read;
    return follows.ok && follows.value === 'reset';
  }

  return { request, fin, finEverywhere, suspendEverywhere };
}

/** What the client's own node can tell as well as the hub. A device may be new, and the hub know it by now. */
function isOfDevice(code: RefusalCode): boolean {
  return code === 'bad_signature' || code === 'suspended';
}
