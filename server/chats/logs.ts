/**
 * The own log of each chat: appends entries and closes blocks over them (PROTOCOL 3.2). An entry is stored and acknowledged
 * before or with its block. Always holds: numbers and clock of the log only grow; a block holds entries that cite one
 * position, and either messages and erasures or requests and fins (PROTOCOL 3.2b); no block is signed in a chat that is not
 * confirmed (PROTOCOL 3.8).
 */
import type { Rules, SignedBy } from '../../protocol/chat/validity.ts';
import { encode } from '../../protocol/codec.ts';
import { signedBytes } from '../../protocol/hash.ts';
import { nextHlc } from '../../protocol/hlc.ts';
import type { AccountId, DeviceId, Hash, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { block, blockHash, countForBlock, isControlEntry } from '../../protocol/log/block.ts';
import { type Body, bodyCommit, ENTRY_KINDS } from '../../protocol/log/entry.ts';
import { assert } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Clock, Signer } from '../ports.ts';
import type { Cache } from './cache.ts';
import type { Entries } from './entries.ts';
import type { EntryRow, Feed } from './feed.ts';
import { type HeldChat, type HeldLog, maySign, type OpenEntry } from './held.ts';
import type { People } from './people.ts';

export interface OwnLogs {
  /** Stores an entry of the own organisation, citing the head of the control log. */
  append(
    tx: Tx,
    held: HeldChat,
    log: HeldLog,
    author: { account: AccountId; device: DeviceId },
    body: Body,
    bytes: Uint8Array,
    signed?: SignedBy,
    blobs?: readonly Hash[],
  ): EntryRow;
  /** Closes what is open, as far as it may be signed. */
  close(tx: Tx, held: HeldChat): void;
}

interface Uses {
  readonly clock: Clock;
  readonly signer: Signer;
  readonly self: { readonly orgId: OrgId; readonly keySeq: () => number };
  readonly cache: Cache;
  readonly entries: Entries;
  readonly feed: Feed;
  readonly people: People;
  readonly rules: Rules;
  /** Bodies that had been erased are gone only now. */
  readonly onLateErasure: () => void;
}

export function createOwnLogs(uses: Uses): OwnLogs {
  const { clock, signer, self, cache, entries, feed, people, rules } = uses;

  function append(
    tx: Tx,
    held: HeldChat,
    log: HeldLog,
    author: { account: AccountId; device: DeviceId },
    body: Body,
    bytes: Uint8Array,
    signed?: SignedBy,
    blobs: readonly Hash[] = [],
  ): EntryRow {
    const { head } = held.state;
    const last = Math.max(log.lastHlc, head.hlc);
    const hlc = nextHlc(clock.now(), last, Math.max(last, held.seenHlc));
    const kind = ENTRY_KINDS[body.kind];
    const person = people.number(tx, self.orgId, author.account);
    const seq = log.lastSeq + 1;
    const row = entries.add(tx, held, log, { seq, cpos: head.cpos, hlc, bytes, body, kind, person, signed, blobs });
    log.lastSeq = seq;
    log.lastHlc = hlc;
    const header = { kind, ...author, bodyCommit: bodyCommit(bytes), bodyLength: bytes.length, blobs: [...blobs], hlc };
    log.open.push({ seq, cpos: head.cpos, header });
    closeSoon(tx, held, log, isControlEntry(header));
    return row;
  }

  /** At once if none was closed lately, or for what the hub waits for; else after 20 ms or 64 entries (PROTOCOL 3.2). */
  function closeSoon(tx: Tx, held: HeldChat, log: HeldLog, now: boolean): void {
    const waitMs = LIMITS.blockDelayMs - Math.max(0, clock.now() - log.closedAtMs);
    if (now || log.open.length >= LIMITS.blockSoonEntries || (waitMs <= 0 && !log.closing)) {
      close(tx, held);
      return;
    }
    log.closing ??= clock.after(waitMs, () => {
      log.closing = null;
      return cache.work(held.chatId, (later) => {
        // Forgotten and read anew in between: then that one closes its own.
        if (cache.find(later, held.chatId) === held) close(later, held);
      });
    });
  }

  function close(tx: Tx, held: HeldChat): void {
    if (!maySign(held, self.orgId, rules)) return;
    for (const log of held.logs.values()) {
      if (log.org !== self.orgId || log.open.length === 0 || log.stopped) continue;
      log.closing?.cancel();
      log.closing = null;
      while (log.open.length > 0) closeOne(tx, held, log);
      log.closedAtMs = clock.now();
    }
  }

  function closeOne(tx: Tx, held: HeldChat, log: HeldLog): void {
    const first = log.open[0];
    assert(first, 'something to close');
    const other = log.open.findIndex((each) => each.cpos !== first.cpos);
    const citing = other < 0 ? log.open : log.open.slice(0, other);
    const taken = log.open.splice(0, countForBlock(citing.map((each) => each.header)));
    if (!held.confirmed) cache.confirm(held);
    signBlock(tx, held, log, taken, first);
  }

  function signBlock(tx: Tx, held: HeldChat, log: HeldLog, taken: readonly OpenEntry[], first: OpenEntry): void {
    const hlc = (taken.at(-1) as OpenEntry).header.hlc;
    const cited = held.heads[first.cpos];
    assert(cited, 'the cited position is known');
    const bytes = encode(block, {
      v: 1,
      logId: log.logId,
      keySeq: self.keySeq(),
      blockSeq: log.head.blockSeq + 1,
      firstSeq: first.seq,
      prevHash: log.head.hash,
      prevCpos: log.head.cpos,
      cpos: first.cpos,
      chash: cited.hash,
      hlc,
      entries: taken.map((each) => each.header),
    });
    const signature = signer.sign(signedBytes('block', bytes));
    const seq = first.seq + taken.length - 1;
    storeBlock(
      tx,
      log,
      { bytes, signature, firstSeq: first.seq },
      { blockSeq: log.head.blockSeq + 1, seq, hash: blockHash(bytes), cpos: first.cpos, hlc },
    );
    log.wholeSeq = seq;
    // Bodies that were erased while they waited for this.
    const { changes } = tx
      .prepare(
        `UPDATE entry SET body = NULL WHERE log = ? AND seq BETWEEN ? AND ? AND state <> 0 AND EXISTS
         (SELECT 1 FROM erasure WHERE logId = ? AND erasure.seq = entry.seq
          AND (erasure.person = entry.person OR moderator = 1))`,
      )
      .run(log.id, first.seq, seq, log.logId);
    if (changes > 0) tx.afterCommit(uses.onLateErasure);
    const arrival = feed.event(tx, 'block', held.id, log.id, log.head.blockSeq);
    feed.publish(tx, { is: 'block', arrival, held, log, blockSeq: log.head.blockSeq });
  }

  return { append, close };
}

/** Writes a block and moves the log's head to it. */
export function storeBlock(
  tx: Tx,
  log: HeldLog,
  written: { bytes: Uint8Array; signature: Uint8Array; firstSeq: number },
  head: HeldLog['head'],
): void {
  insertBlock(tx, log, written, head.blockSeq);
  tx.prepare('UPDATE chatLog SET headBlock = ?, headSeq = ?, headHash = ?, headCpos = ?, headHlc = ? WHERE id = ?').run(
    head.blockSeq,
    head.seq,
    head.hash,
    head.cpos,
    head.hlc,
    log.id,
  );
  log.head = head;
}

/** Writes a block, and leaves the head where it is. */
export function insertBlock(
  tx: Tx,
  log: HeldLog,
  written: { bytes: Uint8Array; signature: Uint8Array; firstSeq: number },
  blockSeq: number,
): void {
  tx.prepare('INSERT INTO block (log, blockSeq, firstSeq, bytes, signature) VALUES (?, ?, ?, ?, ?)').run(
    log.id,
    blockSeq,
    written.firstSeq,
    written.bytes,
    written.signature,
  );
}
