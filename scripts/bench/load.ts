// A person for load: one push socket, bodies composed as any client does. Lives in the bench's own process, so that what it
// costs is not counted to the node.
import WebSocket from 'ws';
import type { ChatSummary, Me } from '../../protocol/api/shapes.ts';
import type { Push } from '../../protocol/api/socket.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { createApi } from '../../web/client/api.ts';
import type { DemoNode } from '../demo/network.ts';
import type { TokenHolder } from '../demo/orders.ts';
import { foundSealed, type Holder, holderOf, requestSealed, sealedMessage } from './sealed.ts';

/** What was sealed by whoever is in this process: a person for load does not open what comes. */
const clear = new Map<string, string>();

/** What this body says, if it was sealed in this process; else nothing. */
export function clearTextOf(body: string | null): string {
  return clear.get(body ?? '') ?? '';
}

export interface LoadPerson {
  readonly node: DemoNode;
  readonly me: Me;
  readonly holder: Holder;
  readonly api: ReturnType<typeof createApi>;
  /** Texts of the messages pushed so far, in order, and when each came. */
  readonly got: { readonly chat: ChatId; readonly text: string; readonly atMs: number }[];
  /** Opens the push socket. `keep` false: only counts. */
  listen(keep: boolean): Promise<void>;
  readonly count: () => number;
  close(): void;
  found(): Promise<ChatId>;
  request(chat: ChatId, intents: Intent[]): Promise<void>;
  /** Loads the head that messages cite. */
  refresh(chat: ChatId): Promise<ChatSummary>;
  /** Sends over the socket; resolves when the node has stored it. */
  send(chat: ChatId, text: string): Promise<void>;
  isIn(chat: ChatId): boolean;
}

export async function openLoadPerson(node: DemoNode, { token }: TokenHolder): Promise<LoadPerson> {
  const { address, url } = node.ready();
  const host = new URL(url).host;
  const api = createApi({
    baseUrl: address,
    token,
    fetch: (target, init) => fetch(target, { ...init, headers: { ...init.headers, host } }),
  });
  const must = async <T>(
    answer: Promise<{ ok: true; value: T } | { ok: false; refusal: { code: string; detail?: string | undefined } }>,
  ): Promise<T> => {
    const given = await answer;
    if (!given.ok) throw new Error(`${given.refusal.code} ${given.refusal.detail ?? ''}`);
    return given.value;
  };
  const { me } = await must(api.call('GET /api/v1/session', {}));
  const holder = await holderOf(api, me);
  const heads = new Map<ChatId, ChatSummary>();
  const got: LoadPerson['got'] = [];
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let socket: WebSocket | null = null;
  let counted = 0;
  /** Where a new socket goes on. */
  let arrived = 0;
  let next = 1;

  function onPush(push: Push, keep: boolean): void {
    if ('arrival' in push) arrived = Math.max(arrived, push.arrival);
    if (push.t === 'entry' && push.kind === 'message') {
      counted++;
      if (keep && push.body) got.push({ chat: push.chat, text: clearTextOf(push.body), atMs: performance.now() });
    } else if (push.t === 'chat') heads.set(push.summary.chat, push.summary);
    else if (push.t === 'stored' || push.t === 'refused') {
      const wait = waiting.get(push.id);
      waiting.delete(push.id);
      if (push.t === 'stored') wait?.resolve();
      else wait?.reject(new Error(push.code));
    } else if (push.t === 'act') void refresh(push.chat).catch(() => {});
  }

  async function refresh(chat: ChatId): Promise<ChatSummary> {
    const summary = await must(api.call('GET /api/v1/chats/:chat', { params: { chat } }));
    heads.set(chat, summary);
    return summary;
  }

  function listen(keep: boolean): Promise<void> {
    const opened = new WebSocket(`${address.replace(/^http/, 'ws')}/api/v1/socket`, {
      headers: { authorization: `Bearer ${token}`, host },
    });
    socket = opened;
    return new Promise((resolve, reject) => {
      opened.once('error', reject);
      opened.once('open', async () => {
        const { arrival, chats } = await must(api.call('GET /api/v1/chats', {}));
        for (const summary of chats) heads.set(summary.chat, summary);
        opened.send(JSON.stringify({ t: 'hello', from: arrived || arrival }));
        resolve();
      });
      opened.on('close', () => {
        for (const wait of waiting.values()) wait.reject(new Error('the socket has closed'));
        waiting.clear();
      });
      opened.on('message', (data: Buffer) => {
        const read = JSON.parse(data.toString('utf8')) as Push | Push[];
        for (const push of Array.isArray(read) ? read : [read]) onPush(push, keep);
      });
    });
  }

  return {
    node,
    me,
    api,
    got,
    listen,
    refresh,
    count: () => counted,
    close: () => socket?.close(),
    isIn: (chat) => heads.get(chat)?.standing === 'member',
    holder,
    async found() {
      const summary = await foundSealed(holder);
      heads.set(summary.chat, summary);
      return summary.chat;
    },
    request: (chat, intents) => requestSealed(holder, chat, intents),
    async send(chat, text) {
      const head = heads.get(chat);
      if (!head?.logId || socket?.readyState !== WebSocket.OPEN) throw new Error('no head');
      const body = await sealedMessage(holder, head, text);
      clear.set(body, text);
      const id = next++;
      socket.send(JSON.stringify({ t: 'submit', id, chat, body }));
      await new Promise<void>((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
  };
}

/** A text of 300 bytes that begins with these words. */
export function textOf300(begin: string): string {
  return `${begin} `.padEnd(300, 'x');
}
