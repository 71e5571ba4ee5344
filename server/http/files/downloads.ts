/**
 * Files of a chat, whole or in ranges (P10, PROTOCOL 5.8a). Always holds: whoever the file is not for gets what a made-up chat
 * gets (P2); what comes is never run, shown or guessed at by a browser, since in open chats it is what somebody uploaded.
 */
import type { Context, Hono } from 'hono';
import type { ChatId } from '../../../protocol/ids.ts';
import { isId } from '../../../protocol/ids.ts';
import { Refused } from '../../../protocol/result.ts';
import type { FileReading } from '../../files/readings.ts';
import { answerRefusal, answerThrown } from '../answers.ts';
import { bytesOf } from '../call.ts';
import { enter, type MountUses } from '../mount.ts';
import type { FilesUses } from './quota.ts';
import { type ByteRange, rangeOf } from './ranges.ts';

const PATH = '/api/v1/chats/:chat/files/:blob';
const RETRY_AFTER_S = '30';

type Uses = FilesUses & MountUses;

export function mountDownloads(app: Hono, uses: Uses): void {
  app.get(PATH, async (c) => {
    c.header('Cache-Control', 'no-store');
    try {
      return await answer(c, uses);
    } catch (error) {
      return answerThrown(c, error, uses.log, `GET ${PATH}`);
    }
  });
}

async function answer(c: Context, uses: Uses): Promise<Response> {
  const entered = enter(c, { access: 'member', scope: 'read' }, uses);
  if (!entered.ok) return answerRefusal(c, entered.refusal);
  if (!entered.value) throw new Refused('not_signed_in');
  const chat = c.req.param('chat') ?? '';
  const blob = c.req.param('blob') ?? '';
  if (!isId('chat', chat) || !/^[A-Za-z0-9_-]{43}$/.test(blob)) return answerRefusal(c, { code: 'not_found' });
  const opened = await uses.files.open(entered.value.account.accountId, chat as ChatId, bytesOf(blob));
  if (!opened.ok) {
    if (opened.refusal.code === 'blob_away') c.header('Retry-After', RETRY_AFTER_S);
    return answerRefusal(c, opened.refusal);
  }
  return send(c, blob, opened.value);
}

async function send(c: Context, blob: string, file: FileReading): Promise<Response> {
  const etag = `"${blob}"`;
  const range = rangeOf(c.req.header('range'), c.req.header('if-range'), etag, file.bytes);
  if (!range.ok) {
    await file.close();
    c.header('Content-Range', `bytes */${file.bytes}`);
    return answerRefusal(c, range.refusal);
  }
  setHeaders(c, etag, file);
  const isKnown = c.req.header('if-none-match') === etag;
  if (isKnown || c.req.method === 'HEAD') {
    await file.close();
    if (isKnown) return c.body(null, 304);
    c.header('Content-Length', String(file.bytes));
    return c.body(null, 200);
  }
  const { from, to } = range.value ?? { from: 0, to: file.bytes };
  c.header('Content-Length', String(to - from));
  if (range.value) c.header('Content-Range', `bytes ${from}-${to - 1}/${file.bytes}`);
  return c.body(streamOf(file, { from, to }), range.value ? 206 : 200);
}

function setHeaders(c: Context, etag: string, file: FileReading): void {
  c.header('Cache-Control', 'private, max-age=31536000, immutable');
  c.header('Content-Type', 'application/octet-stream');
  c.header('Content-Disposition', 'attachment');
  c.header('Content-Security-Policy', "default-src 'none'; sandbox");
  c.header('Accept-Ranges', 'bytes');
  c.header('ETag', etag);
  c.header('Conclave-Here', String(file.here()));
}

/** Read when the other side takes it, a piece at a time. */
function streamOf(file: FileReading, { from, to }: ByteRange): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = file.read(from, to);
  const end = async () => {
    await pieces.return(undefined).catch(() => undefined);
    await file.close();
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (!done) return controller.enqueue(value as Uint8Array<ArrayBuffer>);
          controller.close();
          await file.close();
        } catch (error) {
          controller.error(error);
          await file.close();
        }
      },
      cancel: () => end(),
    },
    { highWaterMark: 1 },
  );
}
