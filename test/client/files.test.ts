// Files at a real node: sent with a message, read by who is in the chat, and by nobody else.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import { createFetchBlob } from '../../web/client/files/fetching.ts';
import { readSealed } from '../../web/client/files/reading.ts';
import type { SealedBlob } from '../../web/client/files/views.ts';
import type { MessageView } from '../../web/client/model.ts';
import { startNode, type TestNode } from '../nodes.ts';
import { joinAt, type OpenChat, type Screen, value } from './screen.ts';

let acme: TestNode;
const people = new Map<string, { screen: Screen; cookies: Map<string, string> }>();
let chat: ChatId;

const screenOf = (name: string) => people.get(name)!.screen;
beforeAll(async () => {
  acme = await startNode();
  for (const name of ['anna', 'bob', 'mallory']) {
    const cookies = new Map<string, string>();
    people.set(name, { cookies, screen: await joinAt(acme, name, cookies) });
  }
  const members = value(await screenOf('anna').messenger.searchPeople('bob'));
  chat = value(await screenOf('anna').messenger.createPrivate({ name: 'Plans', colour: 'teal', members, welcome: '' }));
  const bob = screenOf('bob');
  const line = await bob.until(() => bob.chat(chat));
  if (line.standing === 'invited') value(await bob.messenger.accept(chat));
});
afterAll(async () => {
  for (const { screen } of people.values()) screen.messenger.close();
  await acme?.end();
});

function readAs(name: string, sealed: SealedBlob): Promise<Uint8Array> {
  const cookie = [...people.get(name)!.cookies].map(([key, text]) => `${key}=${text}`).join('; ');
  const asked = createFetchBlob(acme.address, chat, (url, init) =>
    fetch(url, { ...init, headers: { ...init.headers, cookie } }),
  );
  return readSealed(sealed, { fetchBlob: asked, pause: async () => {} }).bytes();
}

const withFiles = ({ view }: OpenChat) =>
  view?.items.find((item): item is MessageView => item.is === 'message' && item.files.length > 0);

test('a file reaches who is in the chat as it was, under a harmless name, and nobody else', async () => {
  const [anna, bob] = [screenOf('anna'), screenOf('bob')];
  const [hers, his] = [anna.open(chat), bob.open(chat)];
  const bytes = new Uint8Array(randomBytes(1_500_001));
  const thumb = { file: new Blob([new Uint8Array([1, 2, 3])]), width: 4, height: 3 };
  const file = { file: new Blob([bytes]), name: '../plan\u202E.bin', type: '', thumb };
  expect(value(await anna.messenger.fileRoom()).most).toBeGreaterThan(bytes.length);
  value(await anna.messenger.send(chat, '', [], undefined, {}, [file]));
  await anna.until(() => withFiles(hers)?.state.is === 'stored');
  const got = await bob.until(() => withFiles(his));
  expect(got.files).toMatchObject([{ name: 'plan.bin', size: bytes.length, missing: false, upload: null }]);
  const [{ sealed, thumb: small }] = got.files as unknown as [{ sealed: SealedBlob; thumb: SealedBlob }];
  expect(Buffer.compare(await readAs('bob', sealed), bytes)).toBe(0);
  expect([...(await readAs('bob', small))]).toEqual([1, 2, 3]);
  await expect(readAs('mallory', sealed)).rejects.toMatchObject({ refusal: { code: 'not_found' } });
});
