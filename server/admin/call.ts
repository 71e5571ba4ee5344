/**
 * Calls the contract's routes over `DATA/admin.sock`. Always holds: a reply has the shape that the contract says, whatever version
 * the running node is. A refusal is thrown as `Refused`; only the command's edge catches it.
 */
import { request } from 'node:http';
import { type CallOf, contract, type ReplyOf, type RouteKey } from '../../protocol/api/contract.ts';
import { isRefusalCode } from '../../protocol/refusals.ts';
import { Fault, Refused } from '../../protocol/result.ts';

/** A part that the route does not have is left out. */
export type InputOf<K extends RouteKey> = {
  [P in keyof CallOf<K> as CallOf<K>[P] extends undefined ? never : P]: CallOf<K>[P];
};
/** Throws `Refused`: as the route, `not_running`, and `bad_config` for a data folder with too long a path. */
export type Call = <K extends RouteKey>(key: K, input: InputOf<K>) => Promise<ReplyOf<K>>;

interface Loose {
  readonly params?: Record<string, string>;
  readonly body?: unknown;
}

const TIMEOUT_MS = 60_000;
/** What every system takes as the path of a socket (macOS: 104 with the zero at its end). */
const MOST_PATH_BYTES = 103;
const NOBODY_LISTENS = ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'];

export function createCall(socketFile: string): Call {
  return async <K extends RouteKey>(key: K, input: InputOf<K>): Promise<ReplyOf<K>> => {
    if (Buffer.byteLength(socketFile) > MOST_PATH_BYTES)
      throw new Refused(
        'bad_config',
        `data: ${socketFile} is longer than a socket's path may be, ${MOST_PATH_BYTES} bytes`,
      );
    const { params = {}, body } = input as Loose;
    const [method = '', path = ''] = key.split(' ');
    const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const answer = await send(socketFile, method, filled, body);
    const value = parseJson(answer.text);
    if (answer.status >= 300) throw refusalIn(answer.status, value);
    const read = contract[key].reply.safeParse(value);
    if (!read.success) throw new Fault(`the node answers ${key} as another version does: update one of the two`);
    return read.data as ReplyOf<K>;
  };
}

function refusalIn(status: number, value: unknown): Error {
  const { code, detail } = (value ?? {}) as { code?: unknown; detail?: unknown };
  if (typeof code !== 'string' || !isRefusalCode(code)) return new Fault(`the node answered with status ${status}`);
  return typeof detail === 'string' ? new Refused(code, detail) : new Refused(code);
}

function send(socketPath: string, method: string, path: string, body: unknown) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = { host: 'localhost', accept: 'application/json', 'content-type': 'application/json' };
    const sent = request({ socketPath, method, path, headers, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.on('timeout', () => sent.destroy(new Fault('the node does not answer')));
    sent.on('error', (error: NodeJS.ErrnoException) => reject(connectError(error, socketPath)));
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function connectError(error: NodeJS.ErrnoException, socketPath: string): Error {
  if (NOBODY_LISTENS.includes(error.code ?? '')) return new Refused('not_running', `nothing answers at ${socketPath}`);
  if (error.code === 'EACCES')
    return new Fault(`${socketPath} is for another user of this machine: run the command as that user`);
  return new Fault(`the node cannot be asked at ${socketPath}: ${error.message}`, { cause: error });
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
