/**
 * Is this node the newest of its kind (PROTOCOL 3.6, 3.8)? Always holds: what one peer merely says stops no chat of others.
 * A claim to hold more than is here does not confirm; what proves it, the own signed block or act, is asked for and stops.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { acceptedOrganisations } from '../../protocol/chat/state.ts';
import type { ChatId, OrgId } from '../../protocol/ids.ts';
import type { ChatHeads } from '../../protocol/sync/frames.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Cache } from './cache.ts';
import type { HeldChat } from './held.ts';
import type { Stops } from './stops.ts';

export interface Confirming {
  /** What a peer says that it holds: confirms the chat (PROTOCOL 3.8), if it is not beyond what is here. */
  hearHeads(from: OrgId, heads: ChatHeads): Promise<void>;
  /** It says that another installation of this one was there: where all others say so, the chat is read-only (PROTOCOL 3.7). */
  stopAllWith(org: OrgId): Promise<void>;
  /** The organisation knows this installation. */
  isKnownTo(org: OrgId): void;
}

interface Uses {
  readonly db: Database;
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly stops: Stops;
  readonly close: (tx: Tx, held: HeldChat) => void;
  readonly onOpenRequests: (chatId: ChatId) => void;
  readonly chatsWith: (org: OrgId) => ChatId[];
}

export function createConfirming(uses: Uses): Confirming {
  const { db, self, cache, stops, chatsWith } = uses;
  const { read } = db;
  /** Organisations that said, since the start, that another installation of this node was there after it. */
  const metAnother = new Set<OrgId>();

  async function hearHeads(from: OrgId, said: ChatHeads): Promise<void> {
    const held = cache.find(read, said.chatId);
    if (!held || held.confirmed || !mayConfirm(held, from) || isAhead(held, said)) return;
    await cache.work(said.chatId, (tx) => {
      const now = cache.find(tx, said.chatId);
      if (!now) return;
      cache.confirm(now);
      uses.close(tx, now);
    });
    uses.onOpenRequests(said.chatId);
  }

  /** The hub and whoever is in now, unless it has met a later installation of this node. */
  function mayConfirm(held: HeldChat, org: OrgId): boolean {
    if (metAnother.has(org)) return false;
    return held.state.hub === org || acceptedOrganisations(held.state).has(org);
  }

  /** Also of acts that others signed: by one that has not come here another log of this node may have been opened. */
  function isAhead(held: HeldChat, said: ChatHeads): boolean {
    if (said.cpos > held.state.head.cpos) return true;
    return said.logs.some(({ logId, blockSeq, hash }) => {
      const own = held.logs.get(logId);
      if (own?.org !== self.orgId || blockSeq < own.head.blockSeq) return false;
      return blockSeq > own.head.blockSeq || (blockSeq > 0 && !equalBytes(hash, own.head.hash));
    });
  }

  /** One that lies must not stop the chat for the others: it stops when all others in it say the same. */
  async function stopAllWith(org: OrgId): Promise<void> {
    metAnother.add(org);
    for (const chatId of chatsWith(org)) {
      await cache.work(chatId, (tx) => {
        const held = cache.find(tx, chatId);
        if (!held) return;
        const others = acceptedOrganisations(held.state);
        others.delete(self.orgId);
        if (others.has(org) && [...others].every((each) => metAnother.has(each))) stops.chat(tx, held, 'read_only');
      });
    }
  }

  return { hearHeads, stopAllWith, isKnownTo: (org) => void metAnother.delete(org) };
}
