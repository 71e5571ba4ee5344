/**
 * What of a block can be checked before the work that stores it, off the main thread (PROTOCOL 3.2, 3.4, SEAL 4.5): its form, its
 * bodies, its signature and those of the devices. Always holds: nothing of it is believed that the pinned key did not sign.
 */

import type { SignedBy } from '../../protocol/chat/validity.ts';
import { verify } from '../../protocol/ed25519.ts';
import type { ChatId, OrgId } from '../../protocol/ids.ts';
import { type ReadBlock, readBlock } from '../../protocol/log/block.ts';
import { type Body, checkBody, ENTRY_KINDS, entryKind, whyMisplaced } from '../../protocol/log/entry.ts';
import { Refused, type Result, refuse, refusing } from '../../protocol/result.ts';
import type { Bundle } from '../../protocol/sync/frames.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Statements } from '../db/statements.ts';
import type { Cache } from './cache.ts';
import {
  type Answer,
  askDevice,
  carriedBefore,
  carriedIn,
  needsDevice,
  signedBy,
  type Written,
} from './device-signatures.ts';
import { type HeldChat, type HeldLog, isParty } from './held.ts';
import type { People } from './people.ts';

export interface Arrived {
  readonly from: OrgId;
  readonly bundle: Bundle;
  readonly read: ReadBlock;
  readonly bodies: readonly (Body | null)[];
  readonly key: Uint8Array;
  /** In sealed chats: of the entries that a device must have signed. */
  readonly answers: readonly (Answer | null)[];
}

/** Chains that requests in earlier blocks of one delivery carry: they are not stored yet. */
export type Batch = Map<string, { readonly seq: number; readonly identity: Uint8Array }[]>;

interface Uses {
  readonly db: Database;
  readonly keyAt: (org: OrgId, keySeq: number) => Uint8Array | undefined;
  readonly cache: Cache;
  readonly people: People;
}

export interface Arriving {
  /** Refuses what is not a block of a log here, or not signed. To be called in the order of the delivery. */
  prepare(from: OrgId, bundle: Bundle, batch: Batch): Promise<Result<Arrived>>;
  /** For each entry what is to be said of its device; null: the keys have changed since `prepare`, so it must be asked anew. */
  signatures(tx: Tx, held: HeldChat, log: HeldLog, arrived: Arrived): readonly (SignedBy | undefined)[] | null;
}

export function createArriving({ db, keyAt, cache, people }: Uses): Arriving {
  async function prepare(from: OrgId, bundle: Bundle, batch: Batch): Promise<Result<Arrived>> {
    const read = readBlock(bundle.block);
    if (!read.ok) return read;
    const { logId, keySeq } = read.value.block;
    const held = cache.byLog(db.read, logId);
    const log = held?.logs.get(logId);
    if (!held || !log || !isParty(held.state, from)) return refuse('not_found', 'log');
    const bodies = readBodies(read.value, bundle, held.chatId);
    if (!bodies.ok) return bodies;
    const key = log.key ?? keyAt(log.org, keySeq);
    if (!key) return refuse('bad_key', 'log');
    const asking = askAll(held, log, read.value, bodies.value, batch);
    const [isSigned, answers] = await Promise.all([
      verify('block', bundle.block.bytes, key, bundle.block.signature),
      asking,
    ]);
    if (!isSigned) return refuse('bad_signature', 'block');
    return { ok: true, value: { from, bundle, read: read.value, bodies: bodies.value, key, answers } };
  }

  function askAll(
    held: HeldChat,
    log: HeldLog,
    read: ReadBlock,
    bodies: readonly (Body | null)[],
    batch: Batch,
  ): Promise<(Answer | null)[]> | [] {
    if (held.state.suite === 0) return [];
    const { block } = read;
    for (const [i, body] of bodies.entries()) {
      const identity = held.state.kind === 'direct' ? carriedIn(body) : null;
      const name = `${log.logId}/${body?.body.account}`;
      if (identity) batch.set(name, [...(batch.get(name) ?? []), { seq: block.firstSeq + i, identity }]);
    }
    // What cites an act that is not here is held, and asked anew.
    if (block.cpos >= held.heads.length) return [];
    const asked = bodies.map((body, i) =>
      body && needsDevice(held, body.kind)
        ? askDevice(held, writtenAt(db.read, held, log, read, i, batch), body)
        : Promise.resolve(null),
    );
    return Promise.all(asked);
  }

  /** `batch`: beside what is stored. */
  function writtenAt(
    from: Statements,
    held: HeldChat,
    log: HeldLog,
    { block }: ReadBlock,
    i: number,
    batch?: Batch,
  ): Written {
    const header = block.entries[i] as ReadBlock['block']['entries'][number];
    const { account, device } = header;
    const seq = block.firstSeq + i;
    const person = people.find(log.org, account) ?? -1;
    const fresh = batch?.get(`${log.logId}/${account}`)?.filter((each) => each.seq < seq) ?? [];
    const carried = [...carriedBefore(from, held, log, person, seq), ...fresh.map(({ identity }) => identity)];
    return { org: log.org, account, device, cpos: block.cpos, carried };
  }

  function signatures(
    tx: Tx,
    held: HeldChat,
    log: HeldLog,
    { read, bodies, answers }: Arrived,
  ): readonly (SignedBy | undefined)[] | null {
    if (held.state.suite === 0) return [];
    const all: (SignedBy | undefined)[] = [];
    for (const [i, header] of read.block.entries.entries()) {
      if (!needsDevice(held, entryKind(header.kind))) {
        all.push(undefined);
        continue;
      }
      const written = writtenAt(tx, held, log, read, i);
      const answer = answers[i];
      // Without a body there is nothing to verify; it is asked when that comes.
      if (!bodies[i]) all.push({ device: written.device, devSig: 'good', carried: written.carried });
      else {
        const said = answer ? signedBy(held, written, answer) : null;
        if (!said) return null;
        all.push(said);
      }
    }
    return all;
  }

  return { prepare, signatures };
}

function readBodies(read: ReadBlock, bundle: Bundle, chatId: ChatId): Result<(Body | null)[]> {
  const { block } = read;
  if (bundle.bodies.length !== block.entries.length) return refuse('bad_chain', 'bodies');
  return refusing(() =>
    block.entries.map((header, i) => {
      const bytes = bundle.bodies[i];
      if (!bytes) {
        if (header.kind !== ENTRY_KINDS.message) throw new Refused('bad_chain', 'body missing');
        return null;
      }
      const body = checkBody(header, bytes);
      if (!body.ok) throw new Refused(body.refusal.code, body.refusal.detail);
      // What says another place than its block's does not count: it is not even stored.
      const misplaced = whyMisplaced(body.value, chatId, block);
      if (misplaced) throw new Refused(misplaced);
      return body.value;
    }),
  );
}
