/**
 * Uploads by tus 1.0 (core, creation, creation with upload, termination, expiration), spoken here and not by @tus/server: that
 * one answers other origins, keeps its own clock and answers in its own words. Always holds: who asks, the rate and the origin
 * come first, as for every route; an upload of somebody else is answered like one that never was.
 */
import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { AccountId, ChatId } from '../../../protocol/ids.ts';
import { isId } from '../../../protocol/ids.ts';
import { ok, Refused, type Result, refuse } from '../../../protocol/result.ts';
import type { UploadState } from '../../files/uploads.ts';
import { answerRefusal, answerThrown } from '../answers.ts';
import { base64Of } from '../call.ts';
import { enter, type MountUses } from '../mount.ts';
import type { FilesUses } from './quota.ts';

const PATH = '/api/v1/files';
const TUS = '1.0.0';
const OFFSET_TYPE = 'application/offset+octet-stream';
const METADATA_CHARACTERS = 512;

type Uses = FilesUses & MountUses;
/** An answer without a body: status and headers. */
type Reply = { readonly status: 200 | 201 | 204; readonly headers: Readonly<Record<string, string>> };
type Handle = (c: Context, account: AccountId, uploads: Uses['files']['uploads']) => Promise<Result<Reply>>;

export function mountUploads(app: Hono, uses: Uses): void {
  const on = (method: string, path: string, scope: 'read' | 'write', handle: Handle) =>
    app.on(method, path, (c) => answer(c, `${method} ${path}`, scope, handle, uses));
  on('POST', PATH, 'write', create);
  on('OPTIONS', PATH, 'write', async () => ok({ status: 204, headers: EXTENSIONS }));
  // HEAD comes by the way of GET.
  on('GET', `${PATH}/:upload`, 'write', look);
  on('PATCH', `${PATH}/:upload`, 'write', write);
  on('DELETE', `${PATH}/:upload`, 'write', remove);
}

const EXTENSIONS = {
  'Tus-Version': TUS,
  'Tus-Extension': 'creation,creation-with-upload,termination,expiration',
};

async function answer(c: Context, row: string, scope: 'read' | 'write', handle: Handle, uses: Uses): Promise<Response> {
  c.header('Cache-Control', 'no-store');
  c.header('Tus-Resumable', TUS);
  try {
    const entered = enter(c, { access: 'member', scope }, uses);
    if (!entered.ok) return refused(c, entered);
    if (c.req.method !== 'OPTIONS' && c.req.header('tus-resumable') !== TUS)
      return refused(c, refuse('bad_input', `Tus-Resumable: ${TUS}`));
    const done = await handle(c, accountOf(entered.value), uses.files.uploads);
    return done.ok ? c.body(null, done.value.status, { ...done.value.headers }) : refused(c, done);
  } catch (error) {
    if (isUnread(c)) c.header('Connection', 'close');
    return answerThrown(c, error, uses.log, row);
  }
}

function accountOf(who: { readonly account: { readonly accountId: AccountId } } | null): AccountId {
  if (!who) throw new Refused('not_signed_in');
  return who.account.accountId;
}

/** What is not read of a body would be taken for the next request. */
function refused(c: Context, { refusal }: Extract<Result<unknown>, { ok: false }>): Response {
  if (isUnread(c)) c.header('Connection', 'close');
  return answerRefusal(c, refusal);
}

function isUnread(c: Context): boolean {
  return !(c.env as HttpBindings).incoming.complete;
}

async function create(c: Context, account: AccountId, uploads: Uses['files']['uploads']): Promise<Result<Reply>> {
  const length = wholeNumber(c.req.header('upload-length'));
  if (length === null) return refuse('bad_input', 'Upload-Length');
  const chat = chatIn(c.req.header('upload-metadata'));
  if (!chat.ok) return chat;
  const made = await uploads.create(account, length, chat.value);
  if (!made.ok) return made;
  const brings = c.req.header('content-type') === OFFSET_TYPE;
  const now = brings ? await uploads.write(account, made.value.id, 0, bodyOf(c)) : made;
  if (!now.ok) return now;
  return ok({ status: 201, headers: { Location: `${PATH}/${made.value.id}`, ...headersOf(now.value) } });
}

async function look(c: Context, account: AccountId, uploads: Uses['files']['uploads']): Promise<Result<Reply>> {
  if (c.req.method !== 'HEAD') return refuse('not_found');
  const found = await uploads.find(account, idOf(c));
  if (!found.ok) return found;
  return ok({ status: 200, headers: { 'Upload-Length': String(found.value.bytes), ...headersOf(found.value) } });
}

async function write(c: Context, account: AccountId, uploads: Uses['files']['uploads']): Promise<Result<Reply>> {
  const offset = wholeNumber(c.req.header('upload-offset'));
  if (offset === null) return refuse('bad_input', 'Upload-Offset');
  if (c.req.header('content-type') !== OFFSET_TYPE) return refuse('bad_input', `Content-Type: ${OFFSET_TYPE}`);
  const written = await uploads.write(account, idOf(c), offset, bodyOf(c));
  return written.ok ? ok({ status: 204, headers: headersOf(written.value) }) : written;
}

async function remove(c: Context, account: AccountId, uploads: Uses['files']['uploads']): Promise<Result<Reply>> {
  const removed = await uploads.remove(account, idOf(c));
  return removed.ok ? ok({ status: 204, headers: {} }) : removed;
}

function headersOf({ offset, hash, expiresMs }: UploadState): Record<string, string> {
  const expires = new Date(expiresMs).toUTCString();
  return {
    'Upload-Offset': String(offset),
    ...(hash ? { 'Conclave-Blob': base64Of(hash) } : { 'Upload-Expires': expires }),
  };
}

function idOf(c: Context): string {
  const id = c.req.param('upload') ?? '';
  return /^[A-Za-z0-9_-]{22}$/.test(id) ? id : '';
}

/** As it comes from the socket: nothing of it is read ahead. */
function bodyOf(c: Context): AsyncIterable<Uint8Array> {
  const { incoming } = c.env as HttpBindings;
  return { [Symbol.asyncIterator]: () => incoming.iterator({ destroyOnReturn: false }) };
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The chat that the file is for; nothing else is taken: names and types are nobody's business here. */
function chatIn(metadata: string | undefined): Result<ChatId | null> {
  if (metadata === undefined || metadata.trim() === '') return ok(null);
  const [key, encoded = ''] = metadata.trim().split(' ');
  const chat = Buffer.from(encoded, 'base64').toString('latin1');
  if (metadata.length > METADATA_CHARACTERS || key !== 'chat' || !isId('chat', chat))
    return refuse('bad_input', 'Upload-Metadata: only the chat');
  return ok(chat as ChatId);
}
