// Real processes, killed at any moment while people write: what was acknowledged is on both nodes, once (PROTOCOL 5.2).
import { expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import type { LoadPerson } from '../../scripts/bench/load.ts';
import { clearTextOf, openLoadPerson } from '../../scripts/bench/load.ts';
import { chatOf, openStage } from '../../scripts/bench/stage.ts';
import type { DemoNode } from '../../scripts/demo/network.ts';
import { until } from '../../scripts/demo/people.ts';

const KILLS = process.env.CONCLAVE_LONG === '1' ? 50 : 5;

/** Writes until told to stop; what the node acknowledged is kept, what it did not is not counted on. */
function startWriting(person: LoadPerson, chat: ChatId, name: string, stored: string[]) {
  let isOn = true;
  const run = (async () => {
    for (let i = 0; isOn; i++) {
      const text = `${name}-${i}`;
      await person.send(chat, text).then(
        () => stored.push(text),
        () => {},
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  return async () => {
    isOn = false;
    await run;
  };
}

async function textsAt(person: LoadPerson, chat: ChatId): Promise<string[]> {
  const texts: string[] = [];
  let before: string | undefined;
  for (;;) {
    const query = { limit: 500, ...(before === undefined ? {} : { before }) };
    const answer = await person.api.call('GET /api/v1/chats/:chat/entries', { params: { chat }, query });
    if (!answer.ok) throw new Error(answer.refusal.code);
    const { entries, more } = answer.value;
    for (const { body } of entries) texts.push(clearTextOf(body));
    const [first] = entries;
    if (!more || !first) return texts;
    before = `${first.hlc}.${first.org}.${first.seq}`;
  }
}

function counted(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

test(`a node killed ${KILLS} times while people write loses nothing that it acknowledged`, {
  timeout: 1_800_000,
}, async () => {
  const stage = await openStage(['acme', 'globex']);
  try {
    const [acme, globex] = stage.nodes as [DemoNode, DemoNode];
    const holders = {
      acme: await acme.ask('people', { prefix: 'a', count: 1 }),
      globex: await globex.ask('people', { prefix: 'b', count: 1 }),
    };
    const open = async (node: DemoNode) =>
      openLoadPerson(node, holders[node.settings.name as 'acme' | 'globex'][0] as never);
    const ann = await open(acme);
    let bob = await open(globex);
    const chat = await chatOf([ann, bob]);
    await ann.listen(false);
    await bob.listen(false);
    const stored: string[] = [];
    const stopAnn = startWriting(ann, chat, 'ann', stored);
    for (let i = 0; i < KILLS; i++) {
      const stopBob = startWriting(bob, chat, `bob${i}`, stored);
      const enough = stored.length + 20 + Math.floor(Math.random() * 60);
      await until('some are stored', () => stored.length >= enough);
      await globex.kill();
      bob.close();
      await stopBob();
      await globex.start();
      bob = await open(globex);
      await bob.listen(false);
    }
    await stopAnn();
    await until('both have all', async () => {
      const [there, here] = await Promise.all([textsAt(bob, chat), textsAt(ann, chat)]);
      return stored.every((text) => there.includes(text)) && there.length === here.length;
    });
    const [atAcme, atGlobex] = await Promise.all([textsAt(ann, chat), textsAt(bob, chat)]);
    expect(atAcme).toEqual(atGlobex);
    const counts = counted(atGlobex);
    expect(stored.filter((text) => counts.get(text) !== 1)).toEqual([]);
    ann.close();
    bob.close();
  } finally {
    await stage.end();
  }
});
