/**
 * What clients and their node say to each other, as JSON (zod): the nouns that several routes share. Bytes travel as
 * base64url without padding. A client composes every body and request itself; the node checks and wraps them.
 */
import { z } from 'zod';
import { type AccountId, type ChatId, type DeviceId, isId, type LogId, type OrgId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { REFUSAL_CODES, type RefusalCode } from '../refusals.ts';

export const orgId = z
  .custom<OrgId>((value) => typeof value === 'string' && isId('org', value))
  .meta({ type: 'string', pattern: '^org_[a-z2-7]{52}$' });
export const accountId = z
  .custom<AccountId>((value) => typeof value === 'string' && isId('account', value))
  .meta({ type: 'string', pattern: '^acc_[a-z2-7]{26}$' });
export const deviceId = z
  .custom<DeviceId>((value) => typeof value === 'string' && isId('device', value))
  .meta({ type: 'string', pattern: '^dev_[a-z2-7]{26}$' });
export const chatId = z
  .custom<ChatId>((value) => typeof value === 'string' && isId('chat', value))
  .meta({ type: 'string', pattern: '^chat_[a-z2-7]{52}$' });
const logId = z
  .custom<LogId>((value) => typeof value === 'string' && isId('log', value))
  .meta({ type: 'string', pattern: '^log_[a-z2-7]{52}$' });

/** base64url without padding, of at most `maxBytes` bytes. */
export function base64(maxBytes: number) {
  return z
    .string()
    .max(Math.ceil((maxBytes * 4) / 3))
    .regex(/^[A-Za-z0-9_-]*$/);
}
/** A blob by the SHA-256 of its bytes. */
const blobHash = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** What a message names, none twice. */
export const blobs = z
  .array(blobHash)
  .max(LIMITS.blobsPerEntry)
  .refine((all) => new Set(all).size === all.length, 'none twice')
  .readonly()
  .optional();
const position = z.number().int().min(0);

/** The vault key, sealed for a password (kind 0), a recovery code (1) or a passkey (2). */
const envelope = z.object({ kind: z.number().int().min(0).max(2), id: base64(16), sealed: base64(80) });
/** An encoded signed card. */
export const card = base64(LIMITS.cardBytes + 256);
export const vault = base64(LIMITS.vaultBytes);
export const envelopes = z.array(envelope).max(LIMITS.unlockers);
/** An identity chain. */
export const identity = base64(LIMITS.identityBytes);

export const refusal = z.object({
  code: z.enum(REFUSAL_CODES as [RefusalCode, ...RefusalCode[]]),
  sentence: z.string(),
  detail: z.string().optional(),
});
export type RefusalReply = z.infer<typeof refusal>;

export const member = z.object({ org: orgId, account: accountId });

/** Somebody, here or elsewhere, as the newest signed profile says. */
export const person = z.object({
  org: orgId,
  account: accountId,
  /** `name@domain` */
  address: z.string(),
  name: z.string(),
  orgName: z.string(),
  /** Of another organisation than the one asked. */
  outsider: z.boolean(),
  disabled: z.boolean(),
});
export type Person = z.infer<typeof person>;

export const organisation = z.object({
  org: orgId,
  name: z.string(),
  domain: z.string(),
  own: z.boolean(),
  /** Is there a connection now? And since when not, ms since the epoch (null: never yet). */
  reachable: z.boolean(),
  since: z.number().nullable(),
  /** Invitations from there are taken up without asking: an administrator has decided so. */
  trusted: z.boolean(),
  /** Record chain: what an invitation of its people carries. */
  chain: base64(LIMITS.chainBytes),
});
export type Organisation = z.infer<typeof organisation>;

export const me = z.object({
  org: orgId,
  account: accountId,
  device: deviceId,
  address: z.string(),
  name: z.string(),
  orgName: z.string(),
  domain: z.string(),
  administrator: z.boolean(),
  mayBringOutsiders: z.boolean(),
  /** Operational key and the seq of the record that names it: what a genesis names. */
  opKey: base64(32),
  keySeq: position,
});
export type Me = z.infer<typeof me>;

const scope = z.enum(['read', 'write', 'admin']);
/** A bearer token, without its secret. */
export const token = z.object({
  id: z.string(),
  label: z.string(),
  scopes: z.array(scope),
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
});
export type Token = z.infer<typeof token>;
export const newToken = z.object({ label: z.string().min(1).max(64), scopes: z.array(scope).min(1) });

const chatKind = z.enum(['general', 'public', 'direct', 'private']);

/** A line of the chat list. The look is the client's business: its hash, and the bytes in the control log. */
export const chatSummary = z.object({
  chat: chatId,
  kind: chatKind,
  /** 0 clear, 1 sealed. */
  suite: z.number().int(),
  /** `member`, or `invited` (also: a direct chat that waits for consent). `ended`: was in it, may read the past. */
  standing: z.enum(['member', 'invited', 'ended']),
  invitedBy: member.nullable(),
  organisations: z.array(orgId),
  /** For direct chats: the other side. */
  other: member.nullable(),
  members: z.number().int(),
  head: z.object({ cpos: position, chash: base64(32), hlc: position }),
  /** The own organisation's open log; null while nothing can be written. */
  logId: logId.nullable(),
  look: base64(LIMITS.lookBytes).nullable(),
  unread: z.number().int(),
  mentions: z.number().int(),
  readTo: position,
  /** Arrival of the newest entry, for the order of the list, and its time (ms). */
  lastArrival: position,
  lastTime: z.number(),
  /** Why nothing can be written, or null. */
  readOnly: z.enum(REFUSAL_CODES as [RefusalCode, ...RefusalCode[]]).nullable(),
});
export type ChatSummary = z.infer<typeof chatSummary>;

const erasedBy = z.object({ org: orgId, account: accountId, log: logId, seq: position });
export type ErasedBy = z.infer<typeof erasedBy>;

export const entry = z.object({
  arrival: position,
  chat: chatId,
  log: logId,
  org: orgId,
  seq: position,
  kind: z.enum(['message', 'request', 'fin', 'erase']),
  account: accountId,
  cpos: position,
  hlc: position,
  /** The body's bytes; null once erased. */
  body: base64(LIMITS.bodyBytes).nullable(),
  /** Files that the message names, if any: SHA-256 of their bytes as they were uploaded (PROTOCOL 5.8a). */
  blobs: z.array(blobHash).optional(),
  /** Why it does not count, or null. */
  void: z.enum(REFUSAL_CODES as [RefusalCode, ...RefusalCode[]]).nullable(),
  /** Of an erased one: by whom, and where the erasure stands; absent where this node does not know. */
  erasedBy: erasedBy.optional(),
  /** Of an erased one: it alerted nobody, so it was none of those that are read as messages. */
  quiet: z.boolean().optional(),
});
export type Entry = z.infer<typeof entry>;

/** A message that was found: its text as the newest edit has it, and the names of its files. */
export const searchHit = z.object({ entry, text: z.string(), names: z.array(z.string()) });
export type SearchHit = z.infer<typeof searchHit>;

const signedBytes = z.object({ bytes: base64(LIMITS.actBytes), signature: base64(64) });

/** Acts from a position on, in order; `genesis` when they begin at 0. `looks` holds the look bytes that are still kept. */
export const control = z.object({
  chat: chatId,
  genesis: base64(LIMITS.genesisBytes).nullable(),
  acts: z.array(signedBytes),
  looks: z.array(base64(LIMITS.lookBytes)),
  head: position,
});
export type Control = z.infer<typeof control>;

/** What an organisation has of the own organisation's log: everything up to `seq`. */
export const delivery = z.object({ chat: chatId, log: logId, org: orgId, seq: position, at: z.number().nullable() });
export type Delivery = z.infer<typeof delivery>;

/** Keys of a chat, sealed to the account's user key of that generation; `base` is the head that they were made for. */
export const wrap = z.object({
  cpos: position,
  base: z.object({ cpos: position, chash: base64(32) }),
  ukGen: position,
  sealed: base64(LIMITS.bundleBytes),
});
export type Wrap = z.infer<typeof wrap>;

export const stored = z.object({ log: logId, seq: position, arrival: position, hlc: position });
export type Stored = z.infer<typeof stored>;
