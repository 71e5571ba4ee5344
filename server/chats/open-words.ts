/** What a message of a general or public chat says, as far as it can be searched for. Whatever is in it, nothing throws. */
import { type AccountId, type EntryId, isId, type OrgId } from '../../protocol/ids.ts';
import { decodeBody, type MessageBody, SUITE } from '../../protocol/log/entry.ts';
import { hasLink } from '../../protocol/search/links.ts';
import { KINDS, type Tag } from '../../protocol/search/query.ts';
import { wordsLine } from '../../protocol/search/words.ts';

export type OpenSaid =
  | { readonly is: 'text'; readonly text: string; readonly names: readonly string[] }
  | {
      readonly is: 'edit';
      readonly text: string;
      readonly entry: EntryId;
      readonly org: OrgId;
      readonly account: AccountId;
    };

const MOST_NAMES = 10;
const LONGEST_NAME = 255;

/** Null: nothing that can be searched for. */
export function openSaid(body: Uint8Array): OpenSaid | null {
  const read = decodeBody('message', body);
  const { suite, ciphertext } = read.ok ? (read.value.body as MessageBody) : { suite: SUITE.sealed, ciphertext: body };
  const value = suite === SUITE.clear ? readJson(ciphertext) : null;
  if (!value || typeof value.text !== 'string') return null;
  const { type, text, target, files } = value;
  if (type === 'text') return { is: 'text', text, names: namesIn(files) };
  const { entry, org, account } = (target ?? {}) as Record<string, unknown>;
  if (type !== 'edit' || typeof entry !== 'string' || !isId('entry', entry)) return null;
  return { is: 'edit', text, entry, org: org as OrgId, account: account as AccountId };
}

export interface Words {
  readonly said: string;
  readonly tags: string;
}

/** `text`: as the newest edit has it. */
export function openWords(text: string, names: readonly string[], chat: number, person: number): Words {
  const kinds = [names.length > 0 ? KINDS.file : KINDS.message, ...(hasLink(text) ? [KINDS.link] : [])];
  const tags: Tag[] = [`c${chat}`, `p${person}`, ...kinds];
  return { said: wordsLine([text, ...names].join('\n')), tags: tags.join(' ') };
}

function namesIn(files: unknown): string[] {
  if (!Array.isArray(files)) return [];
  const names = files.slice(0, MOST_NAMES).map((file: unknown) => (file as { name?: unknown } | null)?.name);
  return names.filter((name) => typeof name === 'string').map((name) => name.slice(0, LONGEST_NAME));
}

function readJson(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
