/**
 * Something that answers at `admin.sock` like a node: replies are handed in by key of the contract, requests are kept. What is
 * asked must fit the contract, else it is refused as the node would.
 */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { contract, type RouteKey } from '../../protocol/api/contract.ts';
import { REFUSALS, type RefusalCode } from '../../protocol/refusals.ts';

export interface Asked {
  readonly key: string;
  readonly params: Record<string, string>;
  readonly body: unknown;
}

export interface FakeNode {
  readonly asked: Asked[];
  /** What a route answers from now on: a reply, or the code of a refusal. */
  answer(key: RouteKey, reply: object | RefusalCode): void;
  end(): Promise<void>;
}

interface Match {
  readonly key: RouteKey;
  readonly params: Record<string, string>;
}

function match(method: string, url: string): Match | undefined {
  for (const key of Object.keys(contract) as RouteKey[]) {
    const [wanted = '', path = ''] = key.split(' ');
    const pattern = new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
    const found = wanted === method ? pattern.exec(url) : null;
    if (found) return { key, params: { ...found.groups } };
  }
  return undefined;
}

function refusal(code: RefusalCode, detail?: string) {
  const { status, sentence } = REFUSALS[code];
  return { status, body: { code, sentence, detail } };
}

export async function startFakeNode(folder: string): Promise<FakeNode> {
  const replies = new Map<string, object | RefusalCode>();
  const asked: Asked[] = [];

  function answerTo(method: string, url: string, text: string) {
    const matched = match(method, url);
    if (!matched) return refusal('not_found');
    const { key, params } = matched;
    const row = contract[key];
    const body = row.body?.safeParse(text === '' ? undefined : JSON.parse(text));
    const read = row.params?.safeParse(params);
    if (body?.success === false || read?.success === false) return refusal('bad_input', 'body or params');
    asked.push({ key, params, body: body?.data });
    const reply = replies.get(key) ?? 'not_found';
    return typeof reply === 'string' ? refusal(reply, `asked for ${url}`) : { status: 200, body: reply };
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status, body } = answerTo(request.method ?? '', request.url ?? '', Buffer.concat(chunks).toString());
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await new Promise<void>((resolve) => server.listen(join(folder, 'admin.sock'), resolve));
  return {
    asked,
    answer: (key, reply) => void replies.set(key, reply),
    end: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
