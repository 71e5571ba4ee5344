/**
 * For whom a blob is (PROTOCOL 5.8a). Always holds: for whoever an entry that counts and names it is for, in that chat, and for
 * nobody else.
 */
import { isForMember, type Rules } from '../../protocol/chat/validity.ts';
import type { AccountId, ChatId, Hash, OrgId } from '../../protocol/ids.ts';
import type { Statements } from '../db/statements.ts';
import type { Cache } from './cache.ts';
import type { EntryRow } from './feed.ts';
import type { Gate } from './gate.ts';
import type { HeldChat } from './held.ts';
import { type BlobKeeping, LIVE } from './named-blobs.ts';
import type { Sharing } from './sharing.ts';

/** A blob may be named often; nobody needs to look at more to find one that is for them. */
const MOST_LOOKED_AT = 1_000;

/** Who may have a blob, as files ask. */
export interface BlobNames {
  /** Organisations whose entries for this account name the blob in that chat; none: it is not for the account. */
  forAccount(account: AccountId, chatId: ChatId, hash: Hash): OrgId[];
  forOrganisation(org: OrgId, chatId: ChatId, hash: Hash): boolean;
  /** May the account name it in a message: it uploaded it, or sees it in one of its chats? */
  mayName(from: Statements, account: AccountId, hash: Hash): boolean;
}

interface Uses {
  readonly read: Statements;
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly gate: Gate;
  readonly keeping: BlobKeeping;
  readonly rules: Rules;
  readonly sharing: Pick<Sharing, 'mayHave'>;
}

export function createBlobNames({ read, self, cache, gate, keeping, rules, sharing }: Uses): BlobNames {
  function liveIn(chat: number, hash: Hash): EntryRow[] {
    return read
      .prepare<[Uint8Array, number, number], EntryRow>(`${LIVE} AND entry.chat = ? LIMIT ?`)
      .all(hash, chat, MOST_LOOKED_AT);
  }

  function placeOf(held: HeldChat, row: EntryRow) {
    for (const { id, logId, org } of held.logs.values())
      if (id === row.log) return { logId, org, seq: row.seq, cpos: row.cpos };
    throw new Error('bug: an entry without its log');
  }

  return {
    forAccount(account, chatId, hash) {
      const seat = gate(read, account, chatId);
      const rows = seat ? liveIn(seat.chat, hash) : [];
      if (!seat || rows.length === 0) return [];
      const held = cache.byNumber(read, seat.chat);
      const places = rows.map((row) => placeOf(held, row));
      const seen = places.filter((place) => isForMember(held.state, self.orgId, account, place, rules));
      return [...new Set(seen.map(({ org }) => org))];
    },
    forOrganisation(org, chatId, hash) {
      const held = cache.find(read, chatId);
      if (!held) return false;
      return liveIn(held.id, hash).some((row) => sharing.mayHave(held, org, placeOf(held, row)));
    },
    mayName(from, account, hash) {
      if (keeping.owns(from, account, hash)) return true;
      const rows = from.prepare<[Uint8Array, number], EntryRow>(`${LIVE} LIMIT ?`).all(hash, MOST_LOOKED_AT);
      return rows.some((row) => {
        const held = cache.byNumber(from, row.chat);
        if (!gate(from, account, held.chatId) || !keeping.isHeld(from, held.chatId, hash)) return false;
        return isForMember(held.state, self.orgId, account, placeOf(held, row), rules);
      });
    },
  };
}
