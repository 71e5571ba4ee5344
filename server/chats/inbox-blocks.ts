/**
 * Takes the blocks that peers bring (PROTOCOL 3.5, 3.6, 5.5). Always holds: nothing is stored that does not continue what is
 * here and is not signed by the pinned key; what cannot be judged yet is held (bounded, in memory: the comparison of heads
 * brings it again); a bad block spoils its log, never another.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { mayJumpTo } from '../../protocol/chat/jumps.ts';
import { awaitsAcceptance, isForOrganisation, type Rules, type SignedBy } from '../../protocol/chat/validity.ts';
import { encode, type Signed } from '../../protocol/codec.ts';
import { isHlcAhead } from '../../protocol/hlc.ts';
import type { ChatId, LogId, OrgId } from '../../protocol/ids.ts';
import { isControlEntry, lastSeq, type ReadBlock, readBlock } from '../../protocol/log/block.ts';
import {
  type Continuation,
  checkForkProof,
  continueChain,
  type ForkProof,
  forkProof,
  headOf,
  placeOf,
} from '../../protocol/log/chain.ts';
import { ENTRY_KINDS } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { Refused, type Result, refuse } from '../../protocol/result.ts';
import type { Bundle } from '../../protocol/sync/frames.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../ports.ts';
import { type Arrived, type Batch, createArriving } from './arriving.ts';
import { type Cache, workOrRefuse } from './cache.ts';
import type { Entries } from './entries.ts';
import { type HeldChat, type HeldLog, isParty, type Jump, MISSING, wholeUpTo } from './held.ts';
import { createHeldBack } from './held-back.ts';
import { expectBundles } from './key-bundles.ts';
import { fillJump, fitsIn, jumpOver, jumpTo } from './late-blocks.ts';
import { insertBlock, storeBlock } from './logs.ts';
import type { People } from './people.ts';
import type { Stops } from './stops.ts';

/** What became of a bundle: `held` waits for an act or for the clock, `gap` for earlier blocks. */
export type Taken = 'stored' | 'known' | 'held' | 'gap' | 'forked';

export interface TakenBlock {
  readonly taken: Taken;
  readonly chatId: ChatId;
  readonly logId: LogId;
  /** How many requests and fins this node has to order because of it. */
  readonly toOrder: number;
}

export interface BlockInbox {
  /** Bundles in their order; what became of each. */
  takeBundles(from: OrgId, bundles: readonly Bundle[]): Promise<Result<TakenBlock>[]>;
  /** Keeps a proof against a log and stops it, if it is one. */
  takeProof(proof: ForkProof): Promise<Result<null>>;
  /** An act of the chat has come: what waited for it is judged again. */
  retry(chatId: ChatId): Promise<void>;
  /** A log was found to fork: whoever is in the chat is to have the proof. */
  onProof(listener: (held: HeldChat, proof: ForkProof) => void): () => void;
}

interface Uses {
  readonly db: Database;
  readonly clock: Clock;
  readonly self: { readonly orgId: OrgId };
  readonly keyAt: (org: OrgId, keySeq: number) => Uint8Array | undefined;
  readonly cache: Cache;
  readonly entries: Entries;
  readonly people: People;
  readonly rules: Rules;
  readonly stops: Stops;
  /** After what was stored: the hub may have something to order, or what it waited for. */
  readonly onOpenRequests: (chatId: ChatId) => void;
}

type Signatures = readonly (SignedBy | undefined)[];

export function createBlockInbox(uses: Uses): BlockInbox {
  const { db, clock, self, cache, entries, people, rules, stops } = uses;
  const proofListeners = new Set<(held: HeldChat, proof: ForkProof) => void>();
  const arriving = createArriving(uses);
  const heldBack = createHeldBack(clock, async (from, bundles) => {
    await takeBundles(from, bundles);
  });

  /** Signatures side by side, then all in their order in as few transactions as it takes. */
  async function takeBundles(from: OrgId, bundles: readonly Bundle[]): Promise<Result<TakenBlock>[]> {
    const batch: Batch = new Map();
    const prepared = await Promise.all(bundles.map((bundle) => arriving.prepare(from, bundle, batch)));
    const taken = await Promise.all(prepared.map((each) => (each.ok ? takePrepared(from, each.value) : each)));
    for (const [i, each] of taken.entries()) {
      const arrived = prepared[i];
      if (arrived?.ok && each.ok && each.value.taken === 'stored')
        await afterStored(each.value.chatId, arrived.value.read);
    }
    return taken;
  }

  async function takePrepared(from: OrgId, arrived: Arrived): Promise<Result<TakenBlock>> {
    const { logId } = arrived.read.block;
    const chatId = cache.byLog(db.read, logId)?.chatId;
    if (!chatId) return refuse('not_found', 'log');
    const taken = await workOrRefuse(cache, chatId, (tx) => takeRead(tx, from, chatId, arrived));
    if (!taken.ok) return taken;
    const toOrder = taken.value === 'stored' ? requestsFor(chatId, arrived.read) : 0;
    return { ok: true, value: { taken: taken.value, chatId, logId, toOrder } };
  }

  function requestsFor(chatId: ChatId, { block }: ReadBlock): number {
    const isHub = cache.find(db.read, chatId)?.state.hub === self.orgId;
    return isHub ? block.entries.filter(isControlEntry).length : 0;
  }

  async function afterStored(chatId: ChatId, { block }: ReadBlock): Promise<void> {
    uses.onOpenRequests(chatId);
    await heldBack.retryLog(block.logId, block.blockSeq + 1);
  }

  function takeRead(tx: Tx, from: OrgId, chatId: ChatId, arrived: Arrived): Taken {
    const held = cache.find(tx, chatId);
    const log = held?.logs.get(arrived.read.block.logId);
    if (!held || !log) throw new Refused('not_found');
    const { block } = arrived.read;
    if (!isParty(held.state, from)) throw new Refused('not_found');
    if (log.org === self.orgId) return takeOwn(tx, held, log, arrived);
    const place = placeFor(log, arrived.read);
    const jump = jumpOver(log, arrived.read);
    if (!jump && (place === 'known' || place === 'fork')) return takeKnown(tx, held, log, arrived, place);
    if (log.stopped || held.stopped) throw new Refused(log.stopped ?? held.stopped ?? 'forked');
    // Nothing there will ever count: who has been removed shall not fill the disk.
    if (block.firstSeq > (held.state.logs.get(log.logId)?.sealed?.seq ?? block.firstSeq)) throw new Refused('past_cut');
    if (block.cpos >= held.heads.length || isHlcAhead(block.hlc, clock.now()))
      return heldBack.hold(from, arrived.bundle, arrived.read, held.chatId);
    if (rules.citation && isDisputed(held, arrived.read)) {
      stops.log(tx, held, log, 'forked');
      return 'forked';
    }
    if ((block.entries[0]?.hlc ?? 0) < (held.heads[block.cpos]?.hlc ?? 0))
      throw new Refused('bad_clock', 'below the cited act');
    if (waitsForUs(held, arrived.read)) return heldBack.hold(from, arrived.bundle, arrived.read, held.chatId);
    const signed = arriving.signatures(tx, held, log, arrived);
    if (!signed) return askAgain(held, arrived);
    if (jump) {
      checkAudience(held, arrived.read);
      storeLate(tx, held, log, arrived, jump, signed);
      return 'stored';
    }
    const skipped = place === 'gap' && mayJumpTo(held.state, self.orgId, block, rules);
    if (place === 'gap' && !skipped) return heldBack.hold(from, arrived.bundle, arrived.read, held.chatId) && 'gap';
    checkAudience(held, arrived.read);
    storeArrived(tx, held, log, arrived, skipped, signed);
    return 'stored';
  }

  /** Acts have come since its signatures were looked at, and other keys count. */
  function askAgain(held: HeldChat, { from, bundle, read }: Arrived): Taken {
    const { chatId } = held;
    clock.after(0, () => heldBack.retryAct(chatId));
    return heldBack.hold(from, bundle, read, chatId);
  }

  function placeFor(log: HeldLog, read: ReadBlock): Continuation {
    const place = placeOf(log.head, read);
    return !rules.chain && place === 'fork' && read.block.blockSeq > log.head.blockSeq ? 'extends' : place;
  }

  /** What a peer says is ours: known, or the proof that this installation writes twice (PROTOCOL 3.6). */
  function takeOwn(tx: Tx, held: HeldChat, log: HeldLog, arrived: Arrived): Taken {
    if (arrived.read.block.blockSeq > log.head.blockSeq) {
      stops.log(tx, held, log, 'read_only');
      return 'known';
    }
    return takeKnown(tx, held, log, arrived, 'known');
  }

  function takeKnown(tx: Tx, held: HeldChat, log: HeldLog, arrived: Arrived, place: 'known' | 'fork'): Taken {
    const { block } = arrived.read;
    // A next block that does not follow the head contradicts the head.
    const stored = storedBlock(tx, log, place === 'fork' ? log.head.blockSeq : block.blockSeq);
    if (place === 'fork' && stored) return keepProof(tx, held, log, stored, arrived);
    if (place === 'fork') {
      stops.log(tx, held, log, 'forked');
      return 'forked';
    }
    if (!stored) return 'known';
    if (!equalBytes(stored.bytes, arrived.bundle.block.bytes)) return keepProof(tx, held, log, stored, arrived);
    const signed = arriving.signatures(tx, held, log, arrived);
    for (const [i, bytes] of arrived.bundle.bodies.entries()) {
      // Where its signature must be asked anew it comes again.
      if (bytes && signed) entries.fill(tx, held, log, block.firstSeq + i, bytes, signed[i]);
      else if (arrived.from === log.org) entries.giveUp(tx, held, log, block.firstSeq + i);
    }
    return 'known';
  }

  function storedBlock(tx: Tx, log: HeldLog, blockSeq: number): Signed | undefined {
    return tx
      .prepare<[number, number], Signed>('SELECT bytes, signature FROM block WHERE log = ? AND blockSeq = ?')
      .one(log.id, blockSeq);
  }

  function keepProof(tx: Tx, held: HeldChat, log: HeldLog, one: Signed, arrived: Arrived): Taken {
    stopByProof(tx, held, log, { one, other: arrived.bundle.block });
    return 'forked';
  }

  /** Whoever is in the chat is told, once: the two blocks may be with nobody else together (PROTOCOL 3.6). */
  function stopByProof(tx: Tx, held: HeldChat, log: HeldLog, proof: ForkProof): void {
    const { changes } = tx
      .prepare('INSERT OR IGNORE INTO forkProof (log, bytes) VALUES (?, ?)')
      .run(log.id, encode(forkProof, proof));
    stops.log(tx, held, log, 'forked');
    if (changes === 0) return;
    tx.afterCommit(() => {
      for (const listener of proofListeners) listener(held, proof);
    });
  }

  /** The sender knows of an acceptance that has not come here yet. */
  function waitsForUs(held: HeldChat, { block }: ReadBlock): boolean {
    const placed = { logId: block.logId, seq: lastSeq(block), cpos: block.cpos };
    return (
      !isForHub(held, block.entries[0]?.kind) &&
      !isForOrganisation(held.state, self.orgId, placed, rules) &&
      awaitsAcceptance(held.state, self.orgId, placed)
    );
  }

  function isForHub(held: HeldChat, kind: number | undefined): boolean {
    return held.state.hub === self.orgId && (kind === ENTRY_KINDS.request || kind === ENTRY_KINDS.fin);
  }

  /** "No entry at a node outside its audience": what is not for us is not kept, whoever sends it. */
  function checkAudience(held: HeldChat, { block }: ReadBlock): void {
    if (isForHub(held, block.entries[0]?.kind)) return;
    const placed = { logId: block.logId, seq: lastSeq(block), cpos: block.cpos };
    if (!isForOrganisation(held.state, self.orgId, placed, rules)) throw new Refused('not_found', 'audience');
  }

  function storeArrived(
    tx: Tx,
    held: HeldChat,
    log: HeldLog,
    arrived: Arrived,
    skipped: boolean,
    signed: Signatures,
  ): void {
    const { bundle, read, key } = arrived;
    const next = rules.chain ? continueChain(log.head, read, skipped) : { ok: true as const, value: headOf(read) };
    if (!next.ok) {
      stopLater(held, log, next.refusal.code);
      throw new Refused(next.refusal.code, next.refusal.detail);
    }
    if (!log.key) {
      log.key = key;
      tx.prepare('UPDATE chatLog SET key = ? WHERE id = ?').run(key, log.id);
    }
    const { block } = read;
    const whole = log.wholeSeq >= log.head.seq;
    if (skipped) log.jumps.push(jumpTo(read, log.head.blockSeq, log.head.seq));
    storeBlock(tx, log, { ...bundle.block, firstSeq: block.firstSeq }, next.value);
    const missing = storeEntries(tx, held, log, arrived, signed);
    if (whole) log.wholeSeq = missing ? wholeUpTo(tx, log) : next.value.seq;
    log.lastSeq = next.value.seq;
    log.lastHlc = next.value.hlc;
  }

  function storeLate(tx: Tx, held: HeldChat, log: HeldLog, arrived: Arrived, jump: Jump, signed: Signatures): void {
    const { bundle, read } = arrived;
    const fits = fitsIn(tx, log, jump, read);
    if (!fits.ok) {
      stopLater(held, log, fits.refusal.code);
      throw new Refused(fits.refusal.code, fits.refusal.detail);
    }
    const { block } = read;
    insertBlock(tx, log, { ...bundle.block, firstSeq: block.firstSeq }, block.blockSeq);
    fillJump(log, jump, read);
    if (storeEntries(tx, held, log, arrived, signed)) log.wholeSeq = wholeUpTo(tx, log);
    // A fin among them bites in what was stored before.
    entries.applyCuts(tx, held, [{ logId: log.logId, seq: lastSeq(block) }]);
  }

  /** True: a body is missing. */
  function storeEntries(
    tx: Tx,
    held: HeldChat,
    log: HeldLog,
    { from, bundle, read, bodies }: Arrived,
    signed: Signatures,
  ): boolean {
    const { block } = read;
    for (const body of bodies)
      if (body?.kind === 'request' && held.state.hub === self.orgId) expectBundles(tx, held, body.body);
    let missing = false;
    for (const [i, header] of block.entries.entries()) {
      const bytes = bundle.bodies[i] ?? null;
      const person = people.number(tx, log.org, header.account);
      const row = entries.add(tx, held, log, {
        seq: block.firstSeq + i,
        cpos: block.cpos,
        hlc: header.hlc,
        bytes,
        gone: bytes === null && from === log.org,
        body: bodies[i] ?? null,
        kind: header.kind,
        person,
        signed: signed[i],
        blobs: header.blobs,
      });
      missing ||= row.state === MISSING;
    }
    return missing;
  }

  /** A block that is signed and breaks its chain spoils its log (PROTOCOL 5.5). The stop itself must outlive the refusal. */
  function stopLater(held: HeldChat, log: HeldLog, code: RefusalCode): void {
    const { chatId } = held;
    const { logId } = log;
    clock.after(0, () =>
      cache.work(chatId, (tx) => {
        const again = cache.find(tx, chatId);
        const spoiled = again?.logs.get(logId);
        if (again && spoiled) stops.log(tx, again, spoiled, code);
      }),
    );
  }

  async function takeProof(proof: ForkProof): Promise<Result<null>> {
    const one = readBlock(proof.one);
    const other = readBlock(proof.other);
    if (!one.ok) return one;
    if (!other.ok) return other;
    const held = cache.byLog(db.read, one.value.block.logId);
    const log = held?.logs.get(one.value.block.logId);
    if (!held || !log?.key) return refuse('not_found', 'log');
    const checked = await checkForkProof(proof, log.key);
    if (!checked.ok) return checked;
    await cache.work(held.chatId, (tx) => {
      const here = cache.find(tx, held.chatId);
      const target = here?.logs.get(log.logId);
      if (!here || !target) return;
      stopByProof(tx, here, target, proof);
    });
    return { ok: true, value: null };
  }

  return {
    takeBundles,
    takeProof,
    retry: heldBack.retryAct,
    onProof(listener) {
      proofListeners.add(listener);
      return () => proofListeners.delete(listener);
    },
  };
}

/** PROTOCOL 3.3: the hash at the cited position must be the one that we know, else the hub told two stories. */
function isDisputed(held: HeldChat, { block }: ReadBlock): boolean {
  const cited = held.heads[block.cpos];
  return !cited || !equalBytes(cited.hash, block.chash);
}
