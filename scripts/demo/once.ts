// The demo without a person: every step is checked, and the end is that all nodes agree and nothing is lost.
import type { ChatId } from '../../protocol/ids.ts';
import { type DemoNode, setWire } from './network.ts';
import { type DemoPerson, must, until } from './people.ts';
import { seed } from './seed.ts';

type Three<T> = readonly [T, T, T];

function say(person: DemoPerson, chat: ChatId, text: string): Promise<void> {
  return person.messenger.send(chat, text, []).then((answer) => void must(answer));
}

function have(people: readonly DemoPerson[], chat: ChatId, texts: readonly string[]): boolean {
  return people.every((person) =>
    texts.every((text) => person.texts(chat).filter((each) => each === text).length === 1),
  );
}

async function check(what: string, work: () => Promise<void>): Promise<void> {
  await work();
  console.log(`  ok  ${what}`);
}

/** Throws at the first check that fails. */
export async function runOnce(nodes: Three<DemoNode>): Promise<void> {
  const [acme, globex, initech] = nodes;
  const { people, chat } = await seed(nodes);
  const cast = ['ann', 'bob', 'ivy'].map((name) => people.get(name)) as unknown as Three<DemoPerson>;
  const [ann, bob, ivy] = cast;
  console.log('  ok  three organisations are connected, and their people hold a private chat');
  await check('what is written reaches everybody', async () => {
    await say(ann, chat, 'from acme');
    await until('all have it', () => have(cast, chat, ['from acme', 'Good morning from Initech.']));
  });
  await check('the author sees which organisation has it', () =>
    until('delivered', () => {
      const item = ann.conversation(chat)?.items.findLast((each) => each.is === 'message' && each.text === 'from acme');
      return item?.is === 'message' && item.delivery.length === 2 && item.delivery.every((each) => each.has);
    }),
  );
  await check('who is not invited does not see that the chat exists', async () => {
    const others = ['carl', 'dora'].map((name) => people.get(name) as DemoPerson);
    if (others.some((person) => person.app().chats.some((each) => each.chat === chat)))
      throw new Error('somebody saw it');
  });
  await check('with the wire cut, both sides write on, and are told the truth', async () => {
    await setWire(acme, globex, 'cut');
    await setWire(globex, initech, 'cut');
    await say(ann, chat, 'while cut, from acme');
    await say(bob, chat, 'while cut, from globex');
    await until('ann is told', () => {
      const item = ann
        .conversation(chat)
        ?.items.findLast((each) => each.is === 'message' && each.text === 'while cut, from acme');
      return item?.is === 'message' && item.delivery.some((each) => !each.has && !each.organisation.reachable);
    });
    if (have([ann], chat, ['while cut, from globex'])) throw new Error('the wire was not cut');
  });
  await check('healed, everything arrives, once and in the same order', async () => {
    await setWire(acme, globex, 'heal');
    await setWire(globex, initech, 'heal');
    await until('all have it', () => have(cast, chat, ['while cut, from acme', 'while cut, from globex']));
  });
  await check('a node killed in the middle of it loses nothing that it acknowledged', async () => {
    const before = Array.from({ length: 20 }, (_, i) => `message ${i}`);
    for (const text of before) await say(bob, chat, text);
    await until('stored at globex', () =>
      (bob.conversation(chat)?.items ?? []).every((item) => item.is !== 'message' || item.state.is === 'stored'),
    );
    await globex.kill();
    await say(ann, chat, 'while globex was down');
    await globex.start();
    await until('all have it', () => have(cast, chat, [...before, 'while globex was down']));
  });
  await check('whoever is removed gets nothing more', async () => {
    const who = ivy.app().phase;
    if (who.is !== 'signed-in') throw new Error('ivy is not signed in');
    must(await ann.messenger.remove(chat, { org: who.me.org, account: who.me.account }));
    await until(
      'ivy is out',
      () => ann.conversation(chat)?.members.every((member) => member.person.name !== who.me.name) === true,
    );
    await say(ann, chat, 'after the removal');
    await until('bob has it', () => have([ann, bob], chat, ['after the removal']));
    if (have([ivy], chat, ['after the removal'])) throw new Error('ivy read on');
  });
  await check('all who are in see the same, in the same order', async () => {
    await until('the same', () => JSON.stringify(ann.texts(chat)) === JSON.stringify(bob.texts(chat)));
  });
  for (const person of people.values()) person.close();
}
