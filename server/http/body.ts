/** Reads the JSON of a request, never more of it than is allowed. */
import type { Context } from 'hono';
import { Refused } from '../../protocol/result.ts';

/** Refuses (throws) `bad_input` (type), `too_big`, `malformed`. */
export async function readJson(c: Context, maxBytes: number): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
    throw new Refused('bad_input', 'content-type: application/json');
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw tooBig(maxBytes);
  const text = await readText(c.req.raw.body, maxBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused('malformed', 'JSON');
  }
}

async function readText(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    bytes += chunk.length;
    // Leaving the loop ends the stream: what is left is not read.
    if (bytes > maxBytes) throw tooBig(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooBig(maxBytes: number): Refused {
  return new Refused('too_big', `the body may have ${maxBytes} bytes`);
}
