/** Files over the API, as a client sends and gets them: by tus-js-client, unchanged, and by fetch. */
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import * as tus from 'tus-js-client';
import type { ChatSummary, Stored } from '../../protocol/api/shapes.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { messageOf } from '../fixtures/talk.ts';
import { reply, type TestPerson } from '../nodes.ts';

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

export function fileOf(bytes: number): Uint8Array {
  return new Uint8Array(randomBytes(bytes));
}

/** Whole, by tus-js-client; the blob's id as the node says it. */
export function upload(
  person: TestPerson,
  bytes: Uint8Array,
  options: Partial<tus.UploadOptions> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    let blob = '';
    new tus.Upload(Readable.from([Buffer.from(bytes)]), {
      endpoint: `${person.at.address}/api/v1/files`,
      headers: { authorization: `Bearer ${person.token}` },
      uploadSize: bytes.length,
      chunkSize: Number.MAX_SAFE_INTEGER,
      retryDelays: null,
      onAfterResponse: (_, response) => {
        blob = response.getHeader('Conclave-Blob') ?? blob;
      },
      onSuccess: () => resolve(blob),
      onError: reject,
      ...options,
    }).start();
  });
}

/** One request of tus. */
export function tusCall(person: TestPerson, method: string, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(new URL(path, person.at.address), {
    method,
    ...init,
    headers: { authorization: `Bearer ${person.token}`, 'tus-resumable': '1.0.0', ...init.headers },
  });
}

/** Path of a new upload. */
export async function begin(person: TestPerson, bytes: number): Promise<string> {
  const made = await tusCall(person, 'POST', '/api/v1/files', { headers: { 'upload-length': String(bytes) } });
  const path = made.headers.get('location');
  if (made.status !== 201 || !path) throw new Error(`${made.status} ${await made.text()}`);
  return path;
}

export function patch(person: TestPerson, path: string, offset: number, body: Uint8Array): Promise<Response> {
  return tusCall(person, 'PATCH', path, {
    headers: { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body: body as Uint8Array<ArrayBuffer>,
  });
}

export async function general(person: TestPerson): Promise<ChatSummary> {
  const { chats } = await reply(person.call('GET /api/v1/chats', {}));
  const found = chats.find(({ kind }) => kind === 'general');
  if (!found) throw new Error('no general chat');
  return found;
}

/** A message that names these. */
export async function share(by: TestPerson, chat: ChatId, blobs: string[]): Promise<Stored> {
  return reply(tryToShare(by, chat, blobs));
}

export async function tryToShare(by: TestPerson, chat: ChatId, blobs: string[]) {
  for (;;) {
    const now = await reply(by.call('GET /api/v1/chats/:chat', { params: { chat } }));
    const body = await messageOf(by, now, 'see the file');
    const said = await by.call('POST /api/v1/chats/:chat/messages', { params: { chat }, body: { body, blobs } });
    if (said.ok || said.refusal.code !== 'stale_head') return said;
  }
}

export function get(person: TestPerson, chat: ChatId, blob: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${person.at.address}/api/v1/chats/${chat}/files/${blob}`, {
    ...init,
    headers: { authorization: `Bearer ${person.token}`, ...init.headers },
  });
}

export async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}
