/** What the forger sends: blocks, acts and genesis that differ from honest ones in one thing. */
import { type Act, act } from '../../protocol/chat/act.ts';
import { genesis } from '../../protocol/chat/genesis.ts';
import { foundChat } from '../../protocol/chat/state.ts';
import { encode, type Signed } from '../../protocol/codec.ts';
import type { ChatId, OrgId } from '../../protocol/ids.ts';
import type { Block } from '../../protocol/log/block.ts';
import type { Bundle, FrameOf } from '../../protocol/sync/frames.ts';
import {
  ask,
  citedAt,
  draftAct,
  foundTestChat,
  inviteOf,
  logOf,
  type Person,
  type TestChat,
  tick,
} from '../../protocol/testing/chat.ts';
import { type Cited, type Draft, draftBlock, messageOf, signBlock } from '../../protocol/testing/log.ts';
import { START_MS, type TestOrg } from '../../protocol/testing/orgs.ts';
import type { Talker } from '../world/talk.ts';
import type { Forger } from './forger.ts';

let count = 1_000;

/** A message as an honest client would write it now. */
export function honestDraft(forger: Forger, chatId: ChatId, text = 'a lie', cited?: Cited): Draft {
  const chat = forger.chat(chatId);
  count += 1;
  return messageOf(forger.account, logOf(chat, forger.org).logId, cited ?? citedAt(chat), count, text);
}

export interface Lie {
  readonly block?: Partial<Block>;
  readonly draft?: Draft;
  readonly bodies?: (Uint8Array | null)[];
  readonly signedBy?: TestOrg;
}

/** The block that would come next, but for the lie. It is not kept: the forger's log stays where the nodes know it. */
export function lieIn(forger: Forger, chatId: ChatId, lie: Lie): Bundle {
  const chat = forger.chat(chatId);
  const draft = lie.draft ?? honestDraft(forger, chatId);
  const value = draftBlock(logOf(chat, forger.org), citedAt(chat), [draft], tick(chat), lie.block);
  return { block: signBlock(lie.signedBy ?? forger.org, value), bodies: lie.bodies ?? [draft.body] };
}

export function damaged({ bytes, signature }: Signed): Signed {
  return { bytes, signature: signature.with(5, (signature[5] ?? 0) ^ 1) };
}

export function controlOf(chat: TestChat, change: Partial<FrameOf<'control'>> = {}): FrameOf<'control'> {
  const { genesis, state, acts } = chat;
  const none = new Uint8Array();
  const frame = { is: 'control', chatId: state.chatId, genesis, founderSignature: none, looks: [] } as const;
  return { ...frame, acts: acts.map((each) => each.signed), ...change };
}

/** The next act as the forger would sign it. */
export function forgedAct(forger: Forger, chat: TestChat, cause: Act['cause'], change: Partial<Act> = {}): Signed {
  return forger.org.signed('act', encode(act, draftAct(chat, cause, change)));
}

let founded = 0;

/** A chat of which the forger is the hub. `invited`: people of honest nodes. Genesis and acts are as they should be. */
export function hubChat(forger: Forger, invited: readonly Talker[]): TestChat {
  const me: Person = { org: forger.org, account: forger.account };
  founded += 1;
  const chat = foundTestChat('private', me, [forger.org], { look: 1 + (founded % 3), grantHistory: 1 + (founded % 2) });
  inviteTo(chat, me, invited);
  return chat;
}

/** The same with another founder named in the genesis; all is signed by the forger, whose key the genesis claims to be the founder's. */
export function falselyFounded(forger: Forger, orgId: OrgId, keySeq: number, invited: readonly Talker[]): TestChat {
  const org: TestOrg = { ...forger.org, orgId };
  const { genesis: value } = hubChat(forger, []).state;
  if (value.is === 'direct') throw new Error('a direct chat has no founder');
  const bytes = encode(genesis, { ...value, org: orgId, keySeq });
  const state = foundChat(bytes);
  const empty = { acts: [], hashes: [state.head.hash], logs: new Map(), nowMs: START_MS };
  const chat: TestChat = { genesis: bytes, orgs: [org], state, ...empty };
  inviteTo(chat, { org, account: forger.account }, invited);
  return chat;
}

function inviteTo(chat: TestChat, by: Person, invited: readonly Talker[]): void {
  for (const { node, person } of invited) {
    const { organisation } = node.core;
    const who = { org: organisation.orgId, account: person.account, orgChain: organisation.chainBytes() };
    ask(chat, by, [{ ...inviteOf(by), ...who }]);
  }
}

export function founderSignature(forger: Forger, genesisBytes: Uint8Array): Uint8Array {
  return forger.org.signed('genesis', genesisBytes).signature;
}
