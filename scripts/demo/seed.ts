// Fills the demo's network: accounts by join links, partners by tickets, and a private chat across the three.
import type { ChatId } from '../../protocol/ids.ts';
import { signUp } from '../../web/client/adapters/node.ts';
import type { DemoNode } from './network.ts';
import { CAST, type Cast, type DemoPerson, findPerson, must, openPerson, passwordOf, until } from './people.ts';

export async function befriendAll(nodes: readonly DemoNode[]): Promise<void> {
  for (const [i, one] of nodes.entries()) {
    for (const other of nodes.slice(i + 1)) await other.ask('addTicket', await one.ask('ticket', null));
  }
  await until('all nodes are connected', async () => {
    const lines = await Promise.all(nodes.map((node) => node.ask('status', null)));
    return lines.every(({ peers }) => peers.filter((peer) => peer.connected).length === nodes.length - 1);
  });
}

async function joinPeople(node: DemoNode, cast: Cast): Promise<DemoPerson[]> {
  const people: DemoPerson[] = [];
  for (const [i, { name, displayName }] of cast.people.entries()) {
    const token = await node.ask('joinLink', { administrator: i === 0 });
    const person = openPerson(node, name);
    must(await signUp(person.messenger, { token, name, displayName, password: passwordOf(name) }));
    await until(`${name} is signed in`, () => person.app().phase.is === 'signed-in');
    people.push(person);
  }
  return people;
}

export interface Seeded {
  readonly people: ReadonlyMap<string, DemoPerson>;
  readonly chat: ChatId;
}

/** Ann of Acme founds a private chat, brings in Bob of Globex and Ivy of Initech, and they talk. */
export async function seed(nodes: readonly DemoNode[]): Promise<Seeded> {
  await befriendAll(nodes);
  const joined = await Promise.all(nodes.map((node, i) => joinPeople(node, CAST[i] as Cast)));
  const people = new Map(joined.flat().map((person) => [person.name, person]));
  const [ann, bob, ivy] = ['ann', 'bob', 'ivy'].map((name) => people.get(name) as DemoPerson) as [
    DemoPerson,
    DemoPerson,
    DemoPerson,
  ];
  const guests = [
    await findPerson(ann.messenger, 'bob@globex.localhost'),
    await findPerson(ann.messenger, 'ivy@initech.localhost'),
  ];
  const members = guests.map(({ org, account }) => ({ org, account }));
  const chat = must(
    await ann.messenger.createPrivate({
      name: 'Bridge project',
      colour: 'amber',
      members,
      welcome: 'Welcome! This room is for the three of us.',
    }),
  );
  for (const guest of [bob, ivy]) {
    await until(`${guest.name} is invited`, () =>
      guest.app().chats.some((each) => each.chat === chat && each.standing === 'invited'),
    );
    must(await guest.messenger.accept(chat));
    await until(`${guest.name} is in`, () => guest.conversation(chat)?.can.post === true);
  }
  await until(
    'ann sees all three',
    () => (ann.conversation(chat)?.members.filter((member) => member.accepted).length ?? 0) === 3,
  );
  must(await bob.messenger.send(chat, 'Thanks, Ann. The drawings are ready on our side.', []));
  must(await ivy.messenger.send(chat, 'Good morning from Initech.', []));
  return { people, chat };
}
