// A person for load: one push socket, bodies composed as any client does. Lives in the bench's own process, so that what it
// costs is not counted to the node.
import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import type { ChatSummary, Me } from '../../protocol/api/shapes.ts';
import type { Push } from '../../protocol/api/socket.ts';
import { chatIdOf, DEFAULT_POLICY, genesis } from '../../protocol/chat/genesis.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { encode } from '../../protocol/codec.ts';
import { hlcFromMs } from '../../protocol/hlc.ts';
import { type ChatId, idFromBytes } from '../../protocol/ids.ts';
import { messageBody, requestBody } from '../../protocol/log/entry.ts';
import { createApi } from '../../web/client/api.ts';
import type { DemoNode } from '../demo/network.ts';
import type { TokenHolder } from '../demo/orders.ts';

const NOTHING = new Uint8Array();
const encode64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const decode64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));

export interface LoadPerson {
  readonly node: DemoNode;
  readonly me: Me;
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
      if (keep && push.body) got.push({ chat: push.chat, text: textOf(push.body), atMs: performance.now() });
    } else if (push.t === 'chat') heads.set(push.summary.chat, push.summary);
    else if (push.t === 'stored' || push.t === 'refused') {
      const wait = waiting.get(push.id);
      waiting.delete(push.id);
      if (push.t === 'stored') wait?.resolve();
      else wait?.reject(new Error(push.code));
    } else if (push.t === 'act') void refresh(push.chat).catch(() => {});
  }

  function textOf(body: string): string {
    return /"text":"([^"]*)"/.exec(Buffer.from(decode64(body)).toString('latin1'))?.[1] ?? '';
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
    async found() {
      const bytes = encode(genesis, {
        is: 'private',
        v: 1,
        random: randomBytes(32),
        suite: 0,
        org: me.org,
        account: me.account,
        opKey: decode64(me.opKey),
        keySeq: me.keySeq,
        hlc: hlcFromMs(Date.now()),
        policy: DEFAULT_POLICY,
      });
      const summary = await must(api.call('POST /api/v1/chats', { body: { genesis: encode64(bytes) } }));
      heads.set(summary.chat, summary);
      return chatIdOf(bytes);
    },
    async request(chat, intents) {
      const body = encode(requestBody, {
        v: 1,
        chatId: chat,
        account: me.account,
        device: me.device,
        requestId: idFromBytes('request', randomBytes(16)),
        base: null,
        intents,
        keyMaterial: NOTHING,
        devSig: NOTHING,
      });
      await must(api.call('POST /api/v1/chats/:chat/requests', { params: { chat }, body: { body: encode64(body) } }));
    },
    send(chat, text) {
      const head = heads.get(chat);
      if (!head?.logId || socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error('no head'));
      const body = encode(messageBody, {
        suite: 0,
        entryId: idFromBytes('entry', randomBytes(16)),
        logId: head.logId,
        account: me.account,
        device: me.device,
        cpos: head.head.cpos,
        chash: decode64(head.head.chash),
        authorTime: Date.now(),
        alert: { level: 1, mentions: [] },
        nonce: randomBytes(12),
        ciphertext: Buffer.from(JSON.stringify({ type: 'text', text })),
        devSig: NOTHING,
      });
      const id = next++;
      socket.send(JSON.stringify({ t: 'submit', id, chat, body: encode64(body) }));
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
  };
}

/** A text of 300 bytes that begins with these words. */
export function textOf300(begin: string): string {
  return `${begin} `.padEnd(300, 'x');
}
