// The upload half of a node, in memory, which cuts connections where it is told: what a client must live with.
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Kept {
  readonly length: number;
  bytes: Buffer;
}

export interface TusNode {
  readonly baseUrl: string;
  /** Whole uploads, by their hash. */
  blobs(): Map<string, Buffer>;
  readonly requests: string[];
  /** Of each PATCH only so many bytes are taken, then the connection is cut; null: all. */
  cutAfter: number | null;
  /** Answered to a POST in place of an upload. */
  refusal: { status: number; code: string; detail?: string } | null;
  /** What it answers for a whole upload, in place of its hash. */
  liesAbout: string | null;
  forgetAll(): void;
  close(): Promise<void>;
}

export async function startTusNode(): Promise<TusNode> {
  const uploads = new Map<string, Kept>();
  const hashOf = ({ bytes }: Kept) => createHash('sha256').update(bytes).digest('base64url');
  const isWhole = ({ bytes, length }: Kept) => bytes.length === length;
  const node = { requests: [] as string[], cutAfter: null, refusal: null, liesAbout: null } as unknown as TusNode;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    node.requests.push(method);
    response.setHeader('Tus-Resumable', '1.0.0');
    if (method === 'POST') return void begin(request, response);
    const kept = uploads.get(url);
    if (!kept) {
      end(response, 404, { code: 'not_found', sentence: '' });
      return;
    }
    if (method === 'DELETE') {
      uploads.delete(url);
      return void end(response, 204);
    }
    if (method === 'PATCH') {
      if (Number(request.headers['upload-offset']) !== kept.bytes.length) {
        return void end(response, 409, { code: 'upload_offset', sentence: '' });
      }
      if (!(await take(request, kept))) return;
    }
    response.setHeader('Upload-Offset', kept.bytes.length);
    response.setHeader('Upload-Length', kept.length);
    if (isWhole(kept)) response.setHeader('Conclave-Blob', node.liesAbout ?? hashOf(kept));
    end(response, method === 'PATCH' ? 204 : 200);
  }

  function begin(request: IncomingMessage, response: ServerResponse): void {
    if (node.refusal) {
      const { status, code, detail } = node.refusal;
      return void end(response, status, { code, sentence: '', detail });
    }
    const url = `/api/v1/files/${randomBytes(8).toString('hex')}`;
    uploads.set(url, { length: Number(request.headers['upload-length']), bytes: Buffer.alloc(0) });
    response.setHeader('Location', url);
    end(response, 201);
  }

  /** False: it was cut. */
  async function take(request: IncomingMessage, kept: Kept): Promise<boolean> {
    let left = node.cutAfter ?? Number.POSITIVE_INFINITY;
    for await (const piece of request as AsyncIterable<Buffer>) {
      kept.bytes = Buffer.concat([kept.bytes, piece.subarray(0, left)]);
      left -= piece.length;
      if (left > 0) continue;
      request.socket.destroy();
      return false;
    }
    return true;
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return Object.assign(node, {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    blobs: () => new Map([...uploads.values()].filter(isWhole).map((kept) => [hashOf(kept), kept.bytes])),
    forgetAll: () => uploads.clear(),
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  });
}

function end(response: ServerResponse, status: number, body?: object): void {
  response.statusCode = status;
  response.end(body ? JSON.stringify(body) : undefined);
}
