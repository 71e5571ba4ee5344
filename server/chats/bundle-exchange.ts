/**
 * Bundles of key material between nodes (SEAL 4.1): to the hub with the request, from it with the act, each to the organisation
 * that it names. Always holds: what is asked for is answered as if it were not there unless it is the asker's.
 */
import type { ChatId, Hash, OrgId } from '../../protocol/ids.ts';
import { readBlock } from '../../protocol/log/block.ts';
import { decodeBody, ENTRY_KINDS } from '../../protocol/log/entry.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import { bundleHash, decodeBundle } from '../../protocol/seal/bundle.ts';
import type { Bundle } from '../../protocol/sync/frames.ts';
import type { Database } from '../db/database.ts';
import { type Cache, workOrRefuse } from './cache.ts';
import type { Feed } from './feed.ts';
import { type HeldChat, isParty } from './held.ts';
import {
  bundlesAskedFor,
  bundlesFor,
  bundlesOf,
  dropBundles,
  lacking,
  takeBundles,
  unpackBundles,
} from './key-bundles.ts';
import type { People } from './people.ts';

export interface BundleExchange {
  /** Keeps what is due here; hashes of those of them that nobody need keep for this organisation. Refuses `not_found`. */
  take(from: OrgId, chatId: ChatId, bundles: readonly Uint8Array[]): Promise<Result<Hash[]>>;
  /** What this organisation may be able to bring and is due here. */
  lackingFrom(held: HeldChat, org: OrgId): Hash[];
  askedFor(held: HeldChat, org: OrgId, hashes: readonly Hash[]): Uint8Array[];
  /** The organisation has them. */
  has(org: OrgId, held: HeldChat, hashes: readonly Hash[]): Promise<void>;
  /** Of acts between these positions, for this organisation, as far as they are here. */
  ofActs(held: HeldChat, org: OrgId, fromCpos: number, toCpos: number): Uint8Array[];
  /** Of requests in these blocks that the organisation orders, as far as they are here. */
  ofRequests(org: OrgId, blocks: readonly Bundle[]): { readonly chatId: ChatId; readonly bundles: Uint8Array[] }[];
}

interface Uses {
  readonly db: Database;
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly feed: Feed;
  readonly people: People;
  /** The hub may have waited for them. */
  readonly onOpenRequests: (chatId: ChatId) => void;
}

export function createBundleExchange({ db, self, cache, feed, people, onOpenRequests }: Uses): BundleExchange {
  const { read } = db;

  async function take(from: OrgId, chatId: ChatId, bundles: readonly Uint8Array[]): Promise<Result<Hash[]>> {
    const taken = await workOrRefuse(cache, chatId, (tx) => {
      const held = cache.find(tx, chatId);
      if (!held || !isParty(held.state, from)) throw new Refused('not_found', 'chat');
      const kept = takeBundles(tx, held, bundles);
      if (kept.some(({ named, org }) => named === 1 && org === self.orgId))
        unpackBundles(tx, { feed, people, self }, held);
      return { isAwaited: kept.some(({ named }) => named === 0), had: bundles.filter((each) => isHad(held, each)) };
    });
    if (!taken.ok) return taken;
    if (taken.value.isAwaited) onOpenRequests(chatId);
    return { ok: true, value: taken.value.had.map(bundleHash) };
  }

  /** For this organisation, and the act that could name it is here: what it brings was taken, now or before. */
  function isHad({ chatId, state }: HeldChat, bytes: Uint8Array): boolean {
    const read = decodeBundle(bytes);
    if (!read.ok || read.value.org !== self.orgId || read.value.chatId !== chatId) return false;
    return read.value.baseCpos < state.head.cpos;
  }

  function lackingFrom(held: HeldChat, org: OrgId): Hash[] {
    const isHub = held.hubs.includes(org);
    // Its own requests are what a hub lacks bundles of; what acts name, a hub has.
    return lacking(read, held)
      .filter(({ named }) => isHub || named === 0)
      .map(({ hash }) => hash);
  }

  function ofRequests(org: OrgId, blocks: readonly Bundle[]): { chatId: ChatId; bundles: Uint8Array[] }[] {
    return blocks.flatMap(({ block, bodies }) => {
      const parsed = readBlock(block);
      if (!parsed.ok || parsed.value.block.entries[0]?.kind !== ENTRY_KINDS.request) return [];
      const held = cache.byLog(read, parsed.value.block.logId);
      if (held?.state.hub !== org || held.state.suite === 0) return [];
      const hashes = bodies.flatMap((body) => (body ? hashesIn(body) : []));
      const bundles = bundlesAskedFor(read, held, org, hashes);
      return bundles.length > 0 ? [{ chatId: held.chatId, bundles }] : [];
    });
  }

  return {
    take,
    lackingFrom,
    askedFor: (held, org, hashes) => bundlesAskedFor(read, held, org, hashes),
    has: (org, held, hashes) =>
      cache.work(held.chatId, (tx) => {
        if (org !== self.orgId) dropBundles(tx, held, org, hashes);
      }),
    ofActs: (held, org, fromCpos, toCpos) =>
      held.state.suite === 0 ? [] : bundlesFor(read, held, org, fromCpos, toCpos),
    ofRequests,
  };
}

function hashesIn(body: Uint8Array): Hash[] {
  const request = decodeBody('request', body);
  return request.ok && request.value.kind === 'request' ? bundlesOf(request.value.body).map(({ hash }) => hash) : [];
}
