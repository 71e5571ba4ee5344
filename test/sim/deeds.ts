/** What people do, by chance. Each deed is an event of the world; a deed that its node does not live to answer is unsure. */
import { DEFAULT_POLICY } from '../../protocol/chat/genesis.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { currentInterval, memberKey } from '../../protocol/chat/state.ts';
import { taggedHash } from '../../protocol/hash.ts';
import { type ChatId, idFromBytes } from '../../protocol/ids.ts';
import type { Result } from '../../protocol/result.ts';
import { composeAny, erase, foundPrivate, invite, leave, openDirect, request } from '../world/talk.ts';
import { type Actor, count, type Stage, type Unsure, unlessDead } from './stage.ts';

const MOST_CHATS = 3;

type Deed = (stage: Stage, actor: Actor, chat: ChatId) => Promise<void>;

export type DeedRow = readonly [number, string, Deed];

/** By weight. */
const DEEDS: readonly DeedRow[] = [
  [30, 'say', (stage, actor, chat) => sayNew(stage, actor, chat)],
  [4, 'burst', burst],
  [3, 'say again', sayAgain],
  [16, 'accept', acceptOne],
  [10, 'invite', inviteOne],
  [1, 'decline', declineOne],
  [2, 'withdraw', (stage, actor, chat) => endOne(stage, actor, chat, 'withdraw')],
  [3, 'remove', (stage, actor, chat) => endOne(stage, actor, chat, 'remove')],
  [1, 'leave', leaveOne],
  [2, 'role', giveRole],
  [1, 'policy', setPolicy],
  [1, 'look', setLook],
  [5, 'erase', eraseOne],
  [1, 'direct', direct],
  [1, 'found', foundOne],
  [1, 'swap', swap],
  [6, 'read', readSome],
  [0.3, 'disable', disableOne],
  [1, 'mark', markRead],
];

export async function doSomething(stage: Stage, more: readonly DeedRow[] = []): Promise<void> {
  const { rng } = stage;
  const deeds = [...DEEDS, ...more];
  let at = rng.float() * deeds.reduce((sum, [weight]) => sum + weight, 0);
  const [, name, deed] = deeds.find(([weight]) => {
    at -= weight;
    return at < 0;
  }) as DeedRow;
  const actor = rng.pick(stage.actors);
  if (!actor.node.isUp() || stage.disabled.has(actor)) return;
  const chat = name === 'found' || name === 'direct' ? undefined : pickChat(stage, actor);
  if (chat === undefined && name !== 'found' && name !== 'direct') return;
  count(stage, name);
  await deed(stage, actor, chat as ChatId);
}

/** Mostly one that the actor is in. */
function pickChat({ rng, chats }: Stage, { node, person, org }: Actor): ChatId | undefined {
  const own = chats.filter((chat) => {
    const members = node.core.chats.sharing.find(chat)?.state.members;
    return currentInterval(members?.get(memberKey(org, person.account))) !== undefined;
  });
  if (own.length > 0 && rng.chance(0.95)) return rng.pick(own);
  return chats.length > 0 ? rng.pick(chats) : undefined;
}

function noteAnswer(stage: Stage, what: string, answer: Result<unknown> | null): void {
  count(stage, `${what}: ${answer === null ? 'no answer' : answer.ok ? 'ok' : answer.refusal.code}`);
}

export async function foundOne(stage: Stage, actor: Actor): Promise<void> {
  if (stage.chats.length >= MOST_CHATS) return;
  const nowMs = stage.world.clockFor(actor.node.name).now();
  const chat = await unlessDead(actor.node, () => foundPrivate(actor, stage.rng, nowMs));
  if (chat !== null) stage.chats.push(chat);
}

async function direct(stage: Stage, actor: Actor): Promise<void> {
  const other = stage.rng.pick(stage.actors);
  if (other === actor || !other.node.isUp()) return;
  const chat = await unlessDead(actor.node, async () => {
    try {
      return await openDirect(actor, other);
    } catch {
      return null;
    }
  });
  if (chat === null || !actor.node.isUp()) return;
  if (!stage.chats.includes(chat)) stage.chats.push(chat);
  await sayNew(stage, actor, chat);
}

async function sayNew(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const mark = Buffer.from(stage.rng.bytes(9)).toString('hex');
  const entryId = idFromBytes('entry', stage.rng.bytes(16));
  await send(stage, { actor, chat, text: `${actor.name}-${mark}`, entryId });
}

/** As a client does: seals anew where the head has moved, and asks again under the same id where it got no answer. */
export async function send(stage: Stage, message: Unsure): Promise<void> {
  const { actor, chat, text, entryId } = message;
  for (let tries = 0; tries < 3; tries += 1) {
    const answer = await unlessDead(actor.node, async () => {
      const bytes = await composeAny(actor, stage.rng, chat, text, entryId);
      return bytes && actor.node.core.chats.message(actor.person, chat, bytes);
    });
    if (answer === undefined) return;
    noteAnswer(stage, 'say', answer);
    if (answer === null) {
      stage.unsure.push(message);
      return;
    }
    if (answer.ok) {
      stage.said.push({ ...message, log: answer.value.log, seq: answer.value.seq });
      return;
    }
    if (answer.refusal.code !== 'stale_head') return;
  }
}

async function burst(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  await Promise.all(Array.from({ length: stage.rng.int(2, 12) }, () => sayNew(stage, actor, chat)));
}

/** The answer got lost on its way, and the client asks again. */
async function sayAgain(stage: Stage, actor: Actor): Promise<void> {
  const own = stage.said.filter((said) => said.actor === actor);
  if (own.length > 0) await send(stage, stage.rng.pick(own.slice(-6)));
}

export async function ask(
  stage: Stage,
  what: string,
  actor: Actor,
  chat: ChatId,
  intents: Intent[],
  looks: Uint8Array[] = [],
): Promise<void> {
  noteAnswer(stage, what, await unlessDead(actor.node, () => request(actor, stage.rng, chat, intents, looks)));
}

export function stateAt(actor: Actor, chat: ChatId) {
  return actor.node.core.chats.sharing.find(chat)?.state;
}

export function people(
  stage: Stage,
  actor: Actor,
  chat: ChatId,
  isIn: (interval: boolean, accepted: boolean) => boolean,
) {
  const members = stateAt(actor, chat)?.members;
  return stage.actors.filter(({ org, person }) => {
    const interval = currentInterval(members?.get(memberKey(org, person.account)));
    return isIn(interval !== undefined, interval !== undefined && interval.accepted !== null);
  });
}

async function inviteOne(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const out = people(stage, actor, chat, (isIn) => !isIn).filter(({ node }) => node.isUp());
  if (out.length === 0) return;
  const who = stage.rng.pick(out);
  noteAnswer(stage, 'invite', await unlessDead(actor.node, () => invite(actor, stage.rng, chat, who)));
}

/** Anybody who is invited anywhere. */
async function acceptOne(stage: Stage): Promise<void> {
  const invited = invitations(stage);
  if (invited.length === 0) return;
  const [actor, chat] = stage.rng.pick(invited);
  if (stateAt(actor, chat)?.kind === 'direct') {
    await unlessDead(actor.node, () => actor.node.core.chats.consent(actor.person.account, chat));
    return;
  }
  await ask(stage, 'accept', actor, chat, [{ is: 'accept', identity: new Uint8Array() }]);
}

async function declineOne(stage: Stage): Promise<void> {
  const invited = invitations(stage);
  if (invited.length === 0) return;
  const [actor, chat] = stage.rng.pick(invited);
  noteAnswer(stage, 'decline', await unlessDead(actor.node, () => leave(actor, chat)));
}

/** As their own nodes know them; a direct chat that others began counts as one. */
function invitations({ actors, chats, disabled }: Stage): [Actor, ChatId][] {
  return actors.flatMap((actor) => {
    if (!actor.node.isUp() || disabled.has(actor)) return [];
    const { account } = actor.person;
    return chats.flatMap((chat): [Actor, ChatId][] => {
      const held = actor.node.core.chats.sharing.find(chat);
      const current = currentInterval(held?.state.members.get(memberKey(actor.org, account)));
      return current && (current.accepted === null || held?.state.kind === 'direct') ? [[actor, chat]] : [];
    });
  });
}

async function endOne(stage: Stage, actor: Actor, chat: ChatId, is: 'remove' | 'withdraw'): Promise<void> {
  const whom = people(stage, actor, chat, (isIn, accepted) => isIn && accepted === (is === 'remove'));
  if (whom.length === 0) return;
  const { org, person } = stage.rng.pick(whom);
  await ask(stage, is, actor, chat, [{ is, org, account: person.account }]);
}

/** Several intents of one request stand together. */
async function swap(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const inside = people(stage, actor, chat, (isIn) => isIn).filter((each) => each !== actor);
  if (inside.length === 0) return;
  const { org, person } = stage.rng.pick(inside);
  await ask(stage, 'swap', actor, chat, [
    { is: 'remove', org, account: person.account },
    { is: 'policy', policy: DEFAULT_POLICY },
  ]);
}

async function leaveOne(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  noteAnswer(stage, 'leave', await unlessDead(actor.node, () => leave(actor, chat)));
}

async function giveRole(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const inside = people(stage, actor, chat, (_isIn, accepted) => accepted);
  if (inside.length === 0) return;
  const { org, person } = stage.rng.pick(inside);
  await ask(stage, 'role', actor, chat, [{ is: 'role', org, account: person.account, role: stage.rng.int(1, 3) }]);
}

async function setPolicy(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const policy = { ...DEFAULT_POLICY, post: stage.rng.chance(0.3) ? 2 : 1 };
  await ask(stage, 'policy', actor, chat, [{ is: 'policy', policy }]);
}

async function setLook(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const look = stage.rng.bytes(300);
  await ask(stage, 'look', actor, chat, [{ is: 'look', hash: taggedHash('look', look), length: 300 }], [look]);
}

async function eraseOne(stage: Stage, actor: Actor): Promise<void> {
  const own = stage.said.filter((said) => said.actor === actor || stage.rng.chance(0.05));
  if (own.length === 0) return;
  const { chat, log, seq } = stage.rng.pick(own.slice(-10));
  const answer = await unlessDead(actor.node, () => erase(actor, chat, log, seq));
  noteAnswer(stage, 'erase', answer);
  if (answer?.ok) stage.erased.push({ chat, log, seq });
}

/** Once it is disabled an account does nothing more, and is in no chat. */
async function disableOne(stage: Stage, actor: Actor): Promise<void> {
  if (stage.actors.filter(({ org }) => org === actor.org).length < 2) return;
  await unlessDead(actor.node, () => actor.node.core.accounts.accounts.disable(actor.person.account));
  stage.disabled.add(actor);
}

async function readSome(stage: Stage, actor: Actor): Promise<void> {
  readPage(actor, stage.rng.int(1, 40));
}

/** False: nothing was left. */
export function readPage({ node, person, reader }: Actor, limit: number): boolean {
  const { items, next, done } = node.core.chats.replay.items(person.account, reader.cursor, limit);
  for (const item of items) {
    if (item.is !== 'entry') continue;
    const key = `${item.log.logId}:${item.row.seq}`;
    reader.seen.set(key, (reader.seen.get(key) ?? 0) + 1);
  }
  reader.cursor = next;
  return !done;
}

async function markRead(_stage: Stage, { node, person }: Actor, chat: ChatId): Promise<void> {
  await unlessDead(node, () => node.core.chats.markRead(person.account, chat, node.core.chats.feed.latest()));
}
