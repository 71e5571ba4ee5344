// Files of one node (PROTOCOL 5.8a): up by tus, named in messages, down in ranges; who may, and what there is room for.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeSignedErase } from '../../web/client/compose-sealed.ts';
import { found, invite, keysOf, toText } from '../fixtures/talk.ts';
import { reply, startNode, type TestNode, type TestPerson } from '../nodes.ts';
import { begin, bytesOf, fileOf, general, get, hashOf, patch, share, tryToShare, tusCall, upload } from './stage.ts';

let acme: TestNode;
let ann: TestPerson;
let bob: TestPerson;
let eve: TestPerson;

beforeAll(async () => {
  acme = await startNode({
    env: {
      CONCLAVE_FILES_MAX_BYTES: '3000000',
      CONCLAVE_FILES_ACCOUNT_BYTES: '8000000',
      CONCLAVE_FILES_NODE_BYTES: '20000000',
    },
  });
  [ann, bob, eve] = [await acme.person('ann'), await acme.person('bob'), await acme.person('eve')];
});
afterAll(() => acme.end());

const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;
const offsetOf = async (path: string) => (await tusCall(ann, 'HEAD', path)).headers.get('upload-offset');

test('what tus-js-client uploads is known by its hash, named in a message, and read by who is in the chat', async () => {
  const file = fileOf(700_000);
  const { chat } = await found(ann);
  await invite(ann, chat, bob);
  const blob = await upload(ann, file, { metadata: { chat } });
  expect(blob).toBe(hashOf(file));
  expect((await get(ann, chat, blob)).status).toBe(404);
  const { seq } = await share(ann, chat, [blob]);
  const got = await get(bob, chat, blob);
  expect(hashOf(await bytesOf(got))).toBe(blob);
  expect(Object.fromEntries(got.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '700000',
    'cache-control': 'private, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': 'attachment',
    etag: `"${blob}"`,
  });
  const { entries } = await reply(bob.call('GET /api/v1/chats/:chat/entries', { params: { chat }, query: {} }));
  expect(entries.find((each) => each.seq === seq)?.blobs).toEqual([blob]);
});

test('parts of a file come as they are asked for, and none beyond its end', async () => {
  const file = fileOf(300_000);
  const { chat } = await general(ann);
  const blob = await upload(ann, file);
  await share(ann, chat, [blob]);
  const ranged = (range: string, more = {}) => get(bob, chat, blob, { headers: { range, ...more } });
  const part = await ranged('bytes=100000-100099');
  expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 100000-100099/300000']);
  expect(await bytesOf(part)).toEqual(file.subarray(100_000, 100_100));
  expect(await bytesOf(await ranged('bytes=299990-'))).toEqual(file.subarray(299_990));
  expect(await bytesOf(await ranged('bytes=-7'))).toEqual(file.subarray(299_993));
  expect(await bytesOf(await ranged('bytes=299999-400000'))).toEqual(file.subarray(299_999));
  expect((await ranged('bytes=300000-')).status).toBe(416);
  expect((await ranged('bytes=5-', { 'if-range': '"another"' })).status).toBe(200);
  expect((await ranged('bytes=5-', { 'if-range': `"${blob}"` })).status).toBe(206);
  expect((await ranged('bytes=1-2,5-6')).status).toBe(200);
  const head = await get(bob, chat, blob, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), head.headers.get('conclave-here')]).toEqual([
    200,
    '300000',
    '300000',
  ]);
});

test('an upload goes on where it was cut, at any byte', async () => {
  const file = fileOf(500_000);
  const path = await begin(ann, file.length);
  const cuts = [0, 1, 65_535, 65_536, 262_143, 262_145, 499_999];
  let at = 0;
  for (const cut of cuts) {
    const done = await patch(ann, path, at, file.subarray(at, cut));
    expect([done.status, done.headers.get('upload-offset')]).toEqual([204, String(cut)]);
    at = cut;
    expect(await offsetOf(path)).toBe(String(cut));
  }
  expect(await codeOf(await patch(ann, path, 3, file.subarray(3)))).toBe('upload_offset');
  await acme.restart();
  const last = await patch(ann, path, at, file.subarray(at));
  expect(last.headers.get('conclave-blob')).toBe(hashOf(file));
  const head = await tusCall(ann, 'HEAD', path);
  expect([head.headers.get('upload-offset'), head.headers.get('conclave-blob')]).toEqual(['500000', hashOf(file)]);
  expect((await tusCall(ann, 'DELETE', path)).status).toBe(204);
  expect((await tusCall(ann, 'HEAD', path)).status).toBe(404);
});

test('more than was declared is refused, and the upload stands where it stood', async () => {
  const path = await begin(ann, 10);
  expect(await codeOf(await patch(ann, path, 0, fileOf(11)))).toBe('malformed');
  expect(await offsetOf(path)).toBe('0');
  expect((await patch(ann, path, 0, fileOf(10))).headers.get('conclave-blob')).toHaveLength(43);
});

test('a file that is too large, or has no room, is refused before a byte is sent', async () => {
  const ask = async (bytes: number | string, who = ann) =>
    codeOf(await tusCall(who, 'POST', '/api/v1/files', { headers: { 'upload-length': String(bytes) } }));
  expect(await ask(3_100_000)).toBe('file_too_big');
  expect(await ask('-1')).toBe('bad_input');
  expect(await ask(0)).toBe('bad_input');
  const before = await reply(eve.call('GET /api/v1/files/quota', {}));
  expect(before).toEqual({ maxBytes: 3_000_000, quota: 8_000_000, used: 0 });
  const open = [await begin(eve, 3_000_000), await begin(eve, 3_000_000)];
  expect(await ask(2_500_000, eve)).toBe('account_full');
  expect((await reply(eve.call('GET /api/v1/files/quota', {}))).used).toBe(6_000_000);
  for (const path of open) await tusCall(eve, 'DELETE', path);
  expect((await reply(eve.call('GET /api/v1/files/quota', {}))).used).toBe(0);
});

test('nobody learns of an upload of somebody else', async () => {
  const path = await begin(ann, 10);
  const made = `/api/v1/files/${'A'.repeat(22)}`;
  for (const method of ['HEAD', 'DELETE', 'GET'])
    expect((await tusCall(eve, method, path)).status, method).toBe((await tusCall(eve, method, made)).status);
  const [theirs, none] = [await patch(eve, path, 0, fileOf(10)), await patch(eve, made, 0, fileOf(10))];
  expect([theirs.status, await theirs.text()]).toEqual([none.status, await none.text()]);
  expect(
    (await fetch(`${acme.address}${path}`, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })).status,
  ).toBe(401);
});

test('metadata names the chat, and nothing else', async () => {
  const { chat } = await general(ann);
  const create = (metadata: string) =>
    tusCall(ann, 'POST', '/api/v1/files', { headers: { 'upload-length': '1', 'upload-metadata': metadata } });
  expect((await create(`chat ${btoa(chat)}`)).status).toBe(201);
  expect(await codeOf(await create(`filename ${btoa('secret plans.pdf')}`))).toBe('bad_input');
  expect(await codeOf(await create(`chat ${btoa('no chat')}`))).toBe('bad_input');
});

test('a message names only what its author uploaded or sees in a chat', async () => {
  const { chat } = await found(ann);
  const blob = await upload(ann, fileOf(1_000));
  await share(ann, chat, [blob]);
  const open = (await general(eve)).chat;
  expect(await tryToShare(eve, open, [blob])).toMatchObject({ ok: false, refusal: { code: 'blob_unknown' } });
  expect(await tryToShare(eve, open, [hashOf(fileOf(9))])).toMatchObject({
    ok: false,
    refusal: { code: 'blob_unknown' },
  });
  await invite(ann, chat, bob);
  expect(await tryToShare(bob, open, [blob])).toMatchObject({ ok: false, refusal: { code: 'blob_unknown' } });
  await share(ann, chat, [blob]);
  await share(bob, open, [blob]);
  expect((await get(eve, open, blob)).status).toBe(200);
});

test('whoever the file is not for gets the answer of a made-up chat', async () => {
  const { chat } = await found(ann);
  const blob = await upload(ann, fileOf(1_000));
  await share(ann, chat, [blob]);
  const other = (await found(eve)).chat;
  const answers = await Promise.all(
    [
      get(eve, chat, blob),
      get(eve, `chat_${'a'.repeat(52)}` as typeof chat, blob),
      get(eve, other, blob),
      get(eve, chat, 'x'),
    ].map(async (asked) => {
      const answered = await asked;
      const headers = [...answered.headers].filter(([name]) => name !== 'date');
      return [answered.status, await answered.text(), headers];
    }),
  );
  expect(answers[0]?.[0]).toBe(404);
  for (const each of answers) expect(each).toEqual(answers[0]);
});

test('an erased message takes its file with it, unless another message names it', async () => {
  const { chat } = await found(ann);
  const { author } = await keysOf(ann);
  const blob = await upload(ann, fileOf(5_000));
  const [one, other] = [await share(ann, chat, [blob]), await share(ann, chat, [blob])];
  const erase = async ({ log, seq }: typeof one) =>
    reply(
      ann.call('POST /api/v1/chats/:chat/erase', {
        params: { chat },
        body: { body: toText(await composeSignedErase(author, chat, log, seq)) },
      }),
    );
  const used = (await reply(ann.call('GET /api/v1/files/quota', {}))).used;
  await erase(one);
  expect((await get(ann, chat, blob)).status).toBe(200);
  await erase(other);
  expect((await get(ann, chat, blob)).status).toBe(404);
  expect((await reply(ann.call('GET /api/v1/files/quota', {}))).used).toBe(used - 5_000);
  expect(await tryToShare(ann, chat, [blob])).toMatchObject({ ok: false, refusal: { code: 'blob_unknown' } });
});
