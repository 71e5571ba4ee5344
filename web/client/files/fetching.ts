/** Bytes of a blob from the own node, which fetches from other nodes what it has not: `GET /api/v1/chats/:chat/files/:blob`. */
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import type { ChatId } from '../../../protocol/ids.ts';
import { isRefusalCode } from '../../../protocol/refusals.ts';
import { Fault, Refused } from '../../../protocol/result.ts';
import type { FetchBlob } from './reading.ts';

/** The part of `fetch` that is used. */
export type FetchStream = (
  url: string,
  init: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<Response>;

function blobUrl(baseUrl: string, chat: ChatId, blob: string): string {
  return `${baseUrl}/api/v1/chats/${encodeURIComponent(chat)}/files/${encodeURIComponent(blob)}`;
}

export function createFetchBlob(baseUrl: string, chat: ChatId, fetch: FetchStream): FetchBlob {
  return async (blob, from, to, signal) => {
    const headers = { range: `bytes=${from}-${to - 1}` };
    const response = await fetch(blobUrl(baseUrl, chat, blob), { headers, signal }).catch((error: unknown) => {
      throw new Fault('the node cannot be reached', { cause: error });
    });
    if (response.status === 416) throw new Refused('cannot_open', 'length');
    if (response.status !== 206 || !response.body) throw await refusalOf(response);
    const total = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
    if (!total || Number(total[1]) !== from) throw new Fault('the node gave another part than was asked for');
    return { stream: response.body, total: Number(total[2]) };
  };
}

async function refusalOf(response: Response): Promise<Refused | Fault> {
  const said = (await response.json().catch(() => null)) as Partial<RefusalReply> | null;
  const { code, detail } = said ?? {};
  if (typeof code === 'string' && isRefusalCode(code)) return new Refused(code, detail);
  return new Fault(`the node answered ${response.status}`);
}
