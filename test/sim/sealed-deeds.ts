/** What people do with keys in sealed chats, by chance, and what their clients do about what is pending (SEAL 4.7). */
import type { HistorySpan, Intent } from '../../protocol/chat/intent.ts';
import { acceptedOrganisations, currentInterval, type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { epochsOf } from '../world/sealed.ts';
import { invite } from '../world/talk.ts';
import { ask, type DeedRow, people, stateAt } from './deeds.ts';
import { type Actor, type Stage, unlessDead } from './stage.ts';

export const SEALED_DEEDS: readonly DeedRow[] = [
  [14, 'mend', mend],
  [4, 'rekey', (stage, actor, chat) => ask(stage, 'rekey', actor, chat, [{ is: 'rekey' }])],
  [4, 'remove and rekey', removeOne],
  [3, 'invite with a past', inviteWithPast],
  [3, 'grant', grantOne],
  [1, 'rewrap', (stage, actor, chat) => ask(stage, 'rewrap', actor, chat, [{ is: 'rewrap' }])],
  [2, 'two at once', twoAtOnce],
];

/** As a client does that is online: new keys where they are pending, and what somebody is owed. */
async function mend(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const intent = pendingAt(actor, chat);
  if (intent) await ask(stage, intent.is, actor, chat, [intent]);
}

function pendingAt(actor: Actor, chat: ChatId): Extract<Intent, { is: 'rekey' | 'supply' }> | null {
  const state = stateAt(actor, chat);
  if (!state || state.suite === 0) return null;
  if (state.rekeyPending) return { is: 'rekey' };
  const [owed] = [...state.owed.keys()].filter((key) => key !== memberKey(actor.org, actor.person.account));
  const member = owed && state.members.get(owed);
  return member ? { is: 'supply', org: member.org, account: member.account } : null;
}

async function removeOne(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const inside = people(stage, actor, chat, (isIn) => isIn).filter((each) => each !== actor);
  if (inside.length === 0) return;
  const { org, person } = stage.rng.pick(inside);
  const remove: Intent = { is: 'remove', org, account: person.account };
  await ask(stage, 'remove and rekey', actor, chat, [remove, { is: 'rekey' }]);
}

/** All that there is, as the actor's node knows it: whether the actor may grant that the hub says. */
function pastAt(stage: Stage, actor: Actor, chat: ChatId): HistorySpan[] {
  const segments = stateAt(actor, chat)?.segments ?? [];
  return segments.length === 0 ? [] : [{ from: stage.rng.pick(segments).at, to: null }];
}

async function inviteWithPast(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const out = people(stage, actor, chat, (isIn) => !isIn).filter(({ node }) => node.isUp());
  if (out.length === 0) return;
  const who = stage.rng.pick(out);
  await unlessDead(actor.node, () => invite(actor, stage.rng, chat, who, 1, pastAt(stage, actor, chat)));
}

async function grantOne(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const inside = people(stage, actor, chat, (isIn) => isIn).filter((each) => each !== actor);
  if (inside.length === 0) return;
  const { org, person } = stage.rng.pick(inside);
  const history = pastAt(stage, actor, chat);
  await ask(stage, 'grant', actor, chat, [{ is: 'grant', org, account: person.account, history }]);
}

/** Of two that were made for one head, one at most is fresh. */
async function twoAtOnce(stage: Stage, actor: Actor, chat: ChatId): Promise<void> {
  const others = people(stage, actor, chat, (_isIn, accepted) => accepted).filter(({ node }) => node.isUp());
  const other = others.length > 0 ? stage.rng.pick(others) : actor;
  await Promise.all([
    ask(stage, 'rekey', actor, chat, [{ is: 'rekey' }]),
    ask(stage, 'rekey', other, chat, [{ is: 'rekey' }]),
  ]);
}

/** At the end somebody is online, everywhere. */
export async function mendAll(stage: Stage): Promise<void> {
  for (const chat of stage.chats) {
    for (const actor of able(stage, chat)) {
      const intent = pendingAt(actor, chat);
      if (intent && (intent.is === 'rekey' || (await canSupply(actor, chat, intent)))) {
        await ask(stage, intent.is, actor, chat, [intent]);
        break;
      }
    }
  }
}

function able(stage: Stage, chat: ChatId): Actor[] {
  return people(stage, stage.actors[0] as Actor, chat, () => true).filter((actor) => {
    const current = currentInterval(stateAt(actor, chat)?.members.get(memberKey(actor.org, actor.person.account)));
    return actor.node.isUp() && !stage.disabled.has(actor) && current !== undefined && current.accepted !== null;
  });
}

async function canSupply(actor: Actor, chat: ChatId, intent: Extract<Intent, { is: 'supply' }>): Promise<boolean> {
  const held = actor.node.core.chats.sharing.find(chat);
  if (!held) return false;
  const epochs = await epochsOf(actor, held);
  const from = held.state.members.get(memberKey(intent.org, intent.account))?.intervals.at(-1)?.from ?? 0;
  return epochs.secretAt(from) !== null && epochs.secretAt(held.state.head.cpos) !== null;
}

/** Whoever is in, and owed nothing, derives the same secret as everybody else; whoever is out does not have the newest. */
export async function keysBroken(stage: Stage): Promise<string[]> {
  const broken: string[] = [];
  for (const chat of stage.chats) {
    const states = able(stage, chat).map((actor) => stateAt(actor, chat));
    const longest = Math.max(...states.map((state) => state?.head.cpos ?? 0));
    const secrets = new Map<MemberKey, string>();
    for (const actor of able(stage, chat)) {
      const held = actor.node.core.chats.sharing.find(chat);
      const key = memberKey(actor.org, actor.person.account);
      if (!held || held.stopped || held.state.suite === 0 || held.state.rekeyPending || held.state.owed.has(key))
        continue;
      if (held.state.head.cpos < longest || !acceptedOrganisations(held.state).has(actor.org)) continue;
      const secret = (await epochsOf(actor, held)).secretAt(held.state.head.cpos);
      if (secret) secrets.set(key, Buffer.from(secret).toString('hex'));
      else if (held.state.kind === 'private') broken.push(`${actor.name} lacks the key of ${chat.slice(-6)}`);
    }
    if (new Set(secrets.values()).size > 1) broken.push(`two keys for the head of ${chat.slice(-6)}`);
  }
  return broken;
}
