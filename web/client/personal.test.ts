import { expect, test } from 'vitest';
import type { PersonalChange } from '../../protocol/api/personal.ts';
import { idFromBytes } from '../../protocol/ids.ts';
import { Fault } from '../../protocol/result.ts';
import type { Api } from './api.ts';
import { createDesk } from './desk.ts';
import { createMemoryStore } from './memory-store.ts';
import { createPersonal } from './personal.ts';

const chat = idFromBytes('chat', new Uint8Array(32));

/** A node that can be away, and keeps what it was told. */
function world() {
  const store = createMemoryStore();
  const told: PersonalChange[] = [];
  const node = { away: false, refuses: false };
  let now = 1_000;
  const call = async (route: string, { body }: { body?: { changes: PersonalChange[] } }) => {
    if (node.away) throw new Fault('away');
    if (node.refuses) return { ok: false, refusal: { code: 'not_found', sentence: '' } };
    if (route.startsWith('GET')) return { ok: true, value: { rows: [], revision: told.length } };
    told.push(...(body?.changes ?? []));
    return { ok: true, value: { rows: body?.changes.map((each) => ({ ...each, revision: told.length })) } };
  };
  const begin = async () => {
    const desk = createDesk({} as never);
    const parts = { api: { call } as unknown as Api, store, desk, clock: { now: () => now++ } };
    const personal = createPersonal({ ...parts, changed() {}, report: (error) => expect(error).toBeUndefined() });
    await personal.open();
    return { desk, personal };
  };
  return { node, told, begin };
}

test('what is decided while the node is away is shown, outlives the program, and reaches it with its own time', async () => {
  const { node, told, begin } = world();
  node.away = true;
  const first = await begin();
  await first.personal.change([{ chat, key: 'pinned', value: true }]);
  expect(first.desk.personal.get(chat)?.pinned).toBe(true);
  const second = await begin();
  expect(second.desk.personal.get(chat)?.pinned).toBe(true);
  node.away = false;
  await second.personal.renew();
  expect(told).toEqual([{ chat, key: 'pinned', value: true, at: 1_000 }]);
  await second.personal.renew();
  expect(told).toHaveLength(1);
});

test('a row that is older than what is here changes nothing, and one that comes while something waits is not shown', async () => {
  const { node, begin } = world();
  const { desk, personal } = await begin();
  await personal.take([{ chat, key: 'level', value: 'none', revision: 5 }]);
  await personal.take([{ chat, key: 'level', value: 'all', revision: 4 }]);
  expect(desk.personal.get(chat)?.level).toBe('none');
  node.away = true;
  await personal.change([{ chat, key: 'level', value: 'mentions' }]);
  await personal.take([{ chat, key: 'level', value: 'all', revision: 6 }]);
  expect(desk.personal.get(chat)?.level).toBe('mentions');
});

test('what the node refuses is as if it had never been decided', async () => {
  const { node, begin } = world();
  node.refuses = true;
  const { desk, personal } = await begin();
  await personal.change([{ chat, key: 'pinned', value: true }]);
  await expect.poll(() => desk.personal.get(chat)?.pinned).toBe(false);
});
