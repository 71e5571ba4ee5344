/**
 * Who may see that a chat exists. One query, the same whether the chat is another's or was never there, so that the two give
 * one answer and cost the same (P2). General and public chats are open to every account of the organisation.
 */
import type { AccountId, ChatId, OrgId } from '../../protocol/ids.ts';
import type { Statements } from '../db/statements.ts';
import type { Standing } from './control.ts';
import type { People } from './people.ts';

export interface Seat {
  readonly chat: number;
  readonly kind: 'general' | 'public' | 'direct' | 'private';
  /** `none`: of a public chat that the account has not joined. */
  readonly standing: Standing | 'none';
  readonly consented: boolean;
  readonly person: number;
}

interface Row {
  readonly id: number;
  readonly kind: Seat['kind'];
  readonly standing: Standing | null;
  readonly consented: number | null;
}

const QUERY = `SELECT chat.id, chat.kind, seat.standing, seat.consented FROM chat
  LEFT JOIN seat ON seat.chat = chat.id AND seat.person = ?
  WHERE chat.chatId = ? AND (chat.kind IN ('general', 'public') OR seat.person IS NOT NULL)`;

export type Gate = (from: Statements, account: AccountId, chatId: ChatId) => Seat | undefined;

export function createGate(people: People, self: { readonly orgId: OrgId }): Gate {
  return (from, account, chatId) => {
    const person = people.find(self.orgId, account) ?? -1;
    const row = from.prepare<[number, string], Row>(QUERY).one(person, chatId);
    if (!row) return undefined;
    const standing = row.kind === 'general' ? 'member' : (row.standing ?? 'none');
    return { chat: row.id, kind: row.kind, standing, consented: row.kind === 'general' || row.consented === 1, person };
  };
}
