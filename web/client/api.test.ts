import { describe, expect, test } from 'vitest';
import { Fault } from '../../protocol/result.ts';
import { createApi } from './api.ts';
import type { Fetch } from './ports.ts';

function answering(status: number, text: string) {
  const asked: Parameters<Fetch>[] = [];
  const fetch: Fetch = async (...call) => {
    asked.push(call);
    return { status, text: async () => text };
  };
  return { asked, api: createApi({ baseUrl: 'http://node', fetch, token: 'secret' }) };
}

describe('the fetch client', () => {
  test('takes method and path from the key and fills in parameters, query and body', async () => {
    const { api, asked } = answering(200, '{"entries":[],"more":false}');
    const chat = 'chat_x' as never;
    await api.call('GET /api/v1/chats/:chat/entries', { params: { chat }, query: { before: 'a b', limit: 5 } });
    await api.call('POST /api/v1/chats/:chat/messages', { params: { chat }, body: { body: 'AA' } });
    const headers = { accept: 'application/json', authorization: 'Bearer secret' };
    expect(asked).toEqual([
      ['http://node/api/v1/chats/chat_x/entries?before=a+b&limit=5', { method: 'GET', headers }],
      [
        'http://node/api/v1/chats/chat_x/messages',
        { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{"body":"AA"}' },
      ],
    ]);
  });

  test('gives a refusal as a value', async () => {
    const refusal = { code: 'not_signed_in', sentence: 'Sign in first.' };
    const { api } = answering(401, JSON.stringify(refusal));
    expect(await api.call('GET /api/v1/session', {})).toEqual({ ok: false, refusal });
  });

  test('throws a fault for what is not an answer of a node', async () => {
    await expect(answering(502, '<html>').api.call('GET /api/v1/session', {})).rejects.toThrow(Fault);
    await expect(answering(500, '{}').api.call('GET /api/v1/session', {})).rejects.toThrow(Fault);
    const api = createApi({ baseUrl: '', fetch: () => Promise.reject(new TypeError('refused')) });
    await expect(api.call('GET /api/v1/session', {})).rejects.toThrow(Fault);
  });

  describe('that asks too often', () => {
    const limited = (ms: number) =>
      JSON.stringify({ code: 'rate_limited', sentence: 'Wait.', detail: `retryAfterMs=${ms}` });

    /** Answers one after the other; the last for ever. */
    function inTurn(...texts: string[]) {
      const waited: number[] = [];
      const clock = {
        after(delayMs: number, run: () => void | Promise<void>) {
          waited.push(delayMs);
          void run();
          return { cancel() {} };
        },
      };
      const fetch: Fetch = async () => {
        const text = (texts.length > 1 ? texts.shift() : texts[0]) ?? '';
        return { status: text.includes('code') ? 429 : 200, text: async () => text };
      };
      return { waited, api: createApi({ baseUrl: '', fetch, clock }) };
    }

    test('waits as long as the node says, and asks again', async () => {
      const { api, waited } = inTurn(limited(368), limited(12), '{"ok":1}');
      expect(await api.call('GET /api/v1/session', {})).toEqual({ ok: true, value: { ok: 1 } });
      expect(waited).toEqual([368, 12]);
    });

    test('gives the refusal after three tries, and at once where the wait is long', async () => {
      const often = inTurn(limited(5));
      expect(await often.api.call('GET /api/v1/session', {})).toMatchObject({ refusal: { code: 'rate_limited' } });
      expect(often.waited).toHaveLength(3);
      const long = inTurn(limited(3_001));
      expect(await long.api.call('GET /api/v1/session', {})).toMatchObject({ refusal: { code: 'rate_limited' } });
      expect(long.waited).toEqual([]);
    });
  });
});
