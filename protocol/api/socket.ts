/**
 * The push socket, `GET /api/v1/socket` (WebSocket). The client says from where; everything after that position comes once
 * and in order of arrival; `t` names the kind. Several pushes may come in one frame, as an array. What has an `arrival` is
 * durable and resumable; the rest is of the moment, and is asked for again after a reconnection.
 */
import { z } from 'zod';
import type { AccountId, ChatId, LogId, OrgId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import type { PersonalRow } from './personal.ts';
import {
  base64,
  blobs,
  type ChatSummary,
  chatId,
  type Delivery,
  type Entry,
  type ErasedBy,
  type Organisation,
  type Person,
  type RefusalReply,
  type Stored,
} from './shapes.ts';

export const fromClient = z.discriminatedUnion('t', [
  /** First, once. */
  z.object({ t: z.literal('hello'), from: z.number().int().min(0) }),
  /** As `POST .../messages`, without a round of HTTP; answered by `stored` or `refused` with the same `id`. */
  z.object({
    t: z.literal('submit'),
    id: z.number().int().min(0),
    chat: chatId,
    body: base64(LIMITS.bodyBytes),
    blobs,
  }),
  z.object({ t: z.literal('typing'), chat: chatId }),
]);
export type FromClient = z.infer<typeof fromClient>;

export type Push =
  | ({ readonly t: 'entry' } & Entry)
  /** A new act: its bytes, and the look it brings. */
  | {
      readonly t: 'act';
      readonly arrival: number;
      readonly chat: ChatId;
      readonly cpos: number;
      readonly bytes: string;
      readonly signature: string;
      readonly looks: readonly string[];
    }
  /** An entry that counted does not count any more. */
  | {
      readonly t: 'void';
      readonly arrival: number;
      readonly chat: ChatId;
      readonly log: LogId;
      readonly seq: number;
      readonly code: string;
    }
  | {
      readonly t: 'erased';
      readonly arrival: number;
      readonly chat: ChatId;
      readonly log: LogId;
      readonly seq: number;
      readonly by?: ErasedBy;
    }
  /** The own read position, set on another device. */
  | {
      readonly t: 'read';
      readonly arrival: number;
      readonly chat: ChatId;
      readonly to: number;
      readonly unread: number;
    }
  /** A chat is new in the list, or its standing changed: the line as it is now. */
  | { readonly t: 'chat'; readonly arrival: number; readonly summary: ChatSummary }
  /** The chat is not in the list any more. */
  | { readonly t: 'gone'; readonly arrival: number; readonly chat: ChatId }
  /** Wraps have come for members here: `GET .../wraps?from=CPOS`. */
  | { readonly t: 'wraps'; readonly arrival: number; readonly chat: ChatId; readonly cpos: number }
  | { readonly t: 'person'; readonly arrival: number; readonly person: Person }
  /** Everything up to here has been sent. */
  | { readonly t: 'ready'; readonly arrival: number }
  | ({ readonly t: 'delivery' } & Delivery)
  | { readonly t: 'organisation'; readonly organisation: Organisation }
  | { readonly t: 'typing'; readonly chat: ChatId; readonly org: OrgId; readonly account: AccountId }
  /** What the account keeps for itself changed, on another device or this one. */
  | { readonly t: 'personal'; readonly rows: readonly PersonalRow[] }
  | ({ readonly t: 'stored'; readonly id: number } & Stored)
  | ({ readonly t: 'refused'; readonly id: number } & RefusalReply)
  /** Too far behind or too slow: load the list again and begin anew. */
  | { readonly t: 'resync' };
