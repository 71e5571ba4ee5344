/**
 * What people say and do in a chat (SEAL 5.3): the JSON inside a message, as it waits in the outbox, and as it is read from others.
 * Always holds: what is read is whole and within its limits, or refused as a whole; nothing here throws.
 */

import { utf8 } from '../../protocol/bytes.ts';
import { type AccountId, type EntryId, isId, type OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Alert, MemberRef } from '../../protocol/log/entry.ts';
import { type FileContent, readFiles } from './files/file-content.ts';
import { safeName, withoutTowers } from './safe-name.ts';

/** A message by its author and the id that they gave it: however often it was sent again. */
export interface Target {
  readonly entry: EntryId;
  readonly org: OrgId;
  readonly account: AccountId;
}

/** `hlc`: where the answered message stands in display order, as far as was known: a hint to find it by. */
export interface ReplyTo extends Target {
  readonly hlc?: number;
}

/** Who wrote it first, as whoever passed it on says. */
export interface Forwarded {
  readonly name: string;
  readonly organisation: string;
}

export interface SaidText {
  readonly type: 'text';
  readonly text: string;
  readonly replyTo?: ReplyTo;
  readonly forwarded?: Forwarded;
  readonly files?: readonly FileContent[];
}
/** What is said of another message: it never stands in the conversation by itself, and never counts as unread. */
export type Aside =
  | { readonly type: 'edit'; readonly target: Target; readonly text: string }
  | { readonly type: 'react'; readonly target: Target; readonly emoji: string; readonly on: boolean }
  | { readonly type: 'pin'; readonly target: Target; readonly on: boolean };
export type Said = SaidText | Aside;

const LONGEST_NAME = 128;
const LONGEST_EMOJI = 64;

/** `alert`: in sealed chats it stands inside too, since only there it is the author's word; in edits always. */
export function saidBytes(said: Said, alert?: Alert): Uint8Array {
  return utf8(JSON.stringify({ ...said, ...(alert ? { alert } : {}) }));
}

/** What is said of another message alerts nobody; an edit says all the same whom its text names. */
export function alertOf({ said, mentions }: { said: Said; mentions: readonly MemberRef[] }): Alert {
  return { level: said.type !== 'text' ? 0 : mentions.length > 0 ? 2 : 1, mentions };
}

/** One emoji, as people see it, and nothing else. */
export function isEmoji(text: string): boolean {
  return text.length <= LONGEST_EMOJI && /^\p{RGI_Emoji}$/v.test(text);
}

/** Null: broken. Undefined: of a type that is not known here. */
export function readSaid(value: Record<string, unknown>): Said | null | undefined {
  const { type, on, emoji } = value;
  if (type !== 'text' && type !== 'edit' && type !== 'react' && type !== 'pin') return undefined;
  const text = readText(value.text);
  if (type === 'text') return text === null ? null : { type, text, ...readMore(value) };
  const target = readTarget(value.target);
  if (!target) return null;
  if (type === 'edit') return text === null ? null : { type, target, text };
  if (typeof on !== 'boolean') return null;
  if (type === 'pin') return { type, target, on };
  return typeof emoji === 'string' && isEmoji(emoji) ? { type, target, emoji, on } : null;
}

/** Null: it says none, or not in a form that is known. */
export function readAlert(value: unknown): Alert | null {
  const { level, mentions } = (value ?? {}) as { level?: unknown; mentions?: unknown };
  if (level !== 0 && level !== 1 && level !== 2) return null;
  const list = Array.isArray(mentions) ? (mentions as Record<string, unknown>[]) : [];
  const named = list.slice(0, LIMITS.mentionsPerEntry).filter(isPerson);
  return { level, mentions: named.map(({ org, account }) => ({ org, account })) };
}

function readText(text: unknown): string | null {
  return typeof text === 'string' && text.length <= LIMITS.messageTextBytes ? withoutTowers(text.toWellFormed()) : null;
}

/** What is broken here is left out: the text is said all the same. */
function readMore({ replyTo, forwarded, files }: Record<string, unknown>): Omit<SaidText, 'type' | 'text'> {
  const read = readFiles(files);
  const target = readTarget(replyTo);
  const { hlc } = (replyTo ?? {}) as { hlc?: unknown };
  const { name, organisation } = (forwarded ?? {}) as { name?: unknown; organisation?: unknown };
  const isForwarded = typeof name === 'string' && typeof organisation === 'string';
  return {
    ...(target ? { replyTo: { ...target, ...(Number.isSafeInteger(hlc) ? { hlc: hlc as number } : {}) } } : {}),
    ...(isForwarded ? { forwarded: { name: shortName(name), organisation: shortName(organisation) } } : {}),
    ...(read.length > 0 ? { files: read } : {}),
  };
}

function readTarget(value: unknown): Target | null {
  const { entry } = (value ?? {}) as { entry?: unknown };
  if (!isPerson(value) || typeof entry !== 'string' || !isId('entry', entry)) return null;
  return { entry, org: value.org, account: value.account };
}

function isPerson(value: unknown): value is { org: OrgId; account: AccountId } {
  const { org, account } = (value ?? {}) as { org?: unknown; account?: unknown };
  return typeof org === 'string' && isId('org', org) && typeof account === 'string' && isId('account', account);
}

function shortName(name: string): string {
  return safeName(name, LONGEST_NAME);
}
