/**
 * Answers what somebody searches for: from the index of this device for what is sealed, from the own node for what is open to it, as
 * one list, newest first. Always holds: a message stands in it once, however often it was sent again.
 */
import type { SearchHit } from '../../../protocol/api/shapes.ts';
import { memberKey } from '../../../protocol/chat/state.ts';
import { hlcMs } from '../../../protocol/hlc.ts';
import type { ChatId } from '../../../protocol/ids.ts';
import { Fault } from '../../../protocol/result.ts';
import { readQuery, type Term } from '../../../protocol/search/query.ts';
import { snippetOf } from '../../../protocol/search/snippet.ts';
import type { Api } from '../api.ts';
import type { Desk } from '../desk.ts';
import { openEntry } from '../entries.ts';
import type { Library } from '../library.ts';
import { chatView } from '../list.ts';
import type { FoundView, SearchReply } from '../model.ts';
import type { Opening } from '../opening.ts';
import { personView } from '../people.ts';
import type { FoundIndexed, Index } from '../ports.ts';
import type { SearchQuery } from '../search-model.ts';

interface FindingParts {
  readonly api: Api;
  readonly desk: Desk;
  readonly library: Library;
  readonly opening: Opening | null;
  /** Null: it cannot be had here, so only the node answers. */
  readonly index: Index | null;
}

type Row = Omit<FoundIndexed, 'cursor' | 'log' | 'seq'> & {
  readonly source: 'here' | 'node';
  readonly cursor: number;
};
/** Where each source goes on; null: it has no more. */
interface Cursor {
  readonly here: number | null;
  readonly node: number | null;
}

const PAGE = 40;
const BEGIN = Number.MAX_SAFE_INTEGER;

export type Finding = (query: SearchQuery) => Promise<Omit<SearchReply, 'progress'>>;

export function createFinding(parts: FindingParts): Finding {
  const { api, desk, library, opening, index } = parts;

  async function rowsHere(query: SearchQuery, terms: readonly Term[], before: number | null): Promise<Row[]> {
    if (!index || before === null || isOpen(query.chat)) return [];
    const { chat, who, kind, from, to } = query;
    const rows = await index.find({ terms, chat, who, kind, from, to, before, limit: PAGE + 1 });
    return rows.map((row) => ({ ...row, source: 'here' }));
  }

  /** Null: the node cannot be reached. */
  async function rowsOnNode(query: SearchQuery, before: number | null): Promise<Row[] | null> {
    const { chat, who, kind, from, to, text } = query;
    if (before === null || (chat !== null && !isOpen(chat))) return [];
    const asked = {
      q: text,
      limit: PAGE + 1,
      ...(who && { org: who.org, account: who.account }),
      ...(kind && { kind }),
      ...(from !== null && { from }),
      ...(to !== null && { to }),
      ...(before < BEGIN && { before }),
    };
    try {
      const answer = chat
        ? await api.call('GET /api/v1/chats/:chat/search', { params: { chat }, query: asked })
        : await api.call('GET /api/v1/search', { query: asked });
      return answer.ok ? answer.value.hits.flatMap(rowFrom) : [];
    } catch (error) {
      if (error instanceof Fault) return null;
      throw error;
    }
  }

  function isOpen(id: ChatId | null): boolean {
    const kind = id && desk.chats.get(id)?.record.summary.kind;
    return kind === 'general' || kind === 'public';
  }

  async function viewOf(row: Row, terms: readonly Term[]): Promise<FoundView | null> {
    const chat = await library.chat(row.chat).catch(nothing);
    if (!chat) return null;
    await opening?.line(chat).catch(nothing);
    return {
      chat: chatView(desk, chat),
      author: personView(desk, row.org, row.account),
      own: row.org === desk.me.org && row.account === desk.me.account,
      at: hlcMs(row.hlc),
      target: { entry: row.entry, org: row.org, account: row.account, hlc: row.hlc },
      text: snippetOf(row.text, terms),
      files: row.names.map((name) => snippetOf(name, terms)),
    };
  }

  return async (query) => {
    const terms = readQuery(query.text);
    const start = readCursor(query.before);
    const [here, node] = await Promise.all([rowsHere(query, terms, start.here), rowsOnNode(query, start.node)]);
    const { rows, next } = merged(start, here, node ?? []);
    await library.loadPeople(new Set(rows.map(({ org, account }) => memberKey(org, account)))).catch(nothing);
    const views: FoundView[] = [];
    for (const row of onceEach(rows)) {
      const view = await viewOf(row, terms);
      if (view) views.push(view);
    }
    return { found: views, more: next, unreachable: node === null };
  };
}

/** A fault is not the end of what is found. */
function nothing(error: unknown): null {
  if (error instanceof Fault) return null;
  throw error;
}

function rowFrom({ entry, text, names }: SearchHit): Row[] {
  const entryId = openEntry(entry).body?.entryId;
  if (!entryId) return [];
  const { chat, org, account, hlc, arrival } = entry;
  return [{ source: 'node', chat, org, account, hlc, entry: entryId, text, names, cursor: arrival }];
}

function merged(start: Cursor, here: readonly Row[], node: readonly Row[]): { rows: Row[]; next: string | null } {
  const all = [...here, ...node].sort((a, b) => b.hlc - a.hlc);
  const rows = all.slice(0, PAGE);
  const next = (source: Row['source'], before: number | null, found: readonly Row[]) => {
    const last = rows.findLast((row) => row.source === source);
    const isOver = found.length <= rows.filter((row) => row.source === source).length && found.length <= PAGE;
    return isOver ? null : (last?.cursor ?? before);
  };
  const cursor = { here: next('here', start.here, here), node: next('node', start.node, node) };
  return {
    rows,
    next: cursor.here === null && cursor.node === null ? null : `${cursor.here ?? ''}.${cursor.node ?? ''}`,
  };
}

function readCursor(text: string | null): Cursor {
  if (text === null) return { here: BEGIN, node: BEGIN };
  const [here = '', node = ''] = text.split('.');
  const read = (part: string) => (/^\d{1,16}$/.test(part) ? Number(part) : null);
  return { here: read(here), node: read(node) };
}

function onceEach(rows: readonly Row[]): Row[] {
  const first = new Map<string, Row>();
  for (const row of rows) first.set(`${row.chat}/${row.org}/${row.account}/${row.entry}`, row);
  return [...first.values()].sort((a, b) => b.hlc - a.hlc);
}
