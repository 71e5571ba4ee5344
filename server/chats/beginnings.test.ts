import { expect, test } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import { type Refusal, Refused } from '../../protocol/result.ts';
import { ask, foundTestChat, inviteOf, orderByHub, type TestChat } from '../../protocol/testing/chat.ts';
import { accountOf, idOf, orgOf } from '../../protocol/testing/orgs.ts';
import { createBeginnings } from './beginnings.ts';

const [hub, us] = [orgOf(1), orgOf(2)];
const founder = { org: hub, account: accountOf(1) };
const none = new Uint8Array();

function chatOf(acts: number): TestChat {
  const chat = foundTestChat('private', founder, [hub, us]);
  for (let i = 0; i < acts; i += 1) orderByHub(chat, { is: 'refuse', logId: idOf('log', 1), seq: i + 1, code: 1 });
  return chat;
}

function gather(
  beginnings: ReturnType<typeof createBeginnings>,
  chat: TestChat,
  from: number,
  to: number,
  looks = [none],
) {
  const acts = chat.acts.slice(from, to);
  const genesis = from === 0 ? chat.genesis : none;
  const frame = { is: 'control', chatId: chat.state.chatId, genesis, founderSignature: none, acts: [], looks } as const;
  return beginnings.gather(hub.orgId, { ...frame, acts: acts.map(({ signed }) => signed), looks: [...looks] }, acts);
}

function refusalOf(run: () => unknown): Refusal['code'] | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

test('a chat waits until an act brings in somebody of ours, and then is there from its genesis on', () => {
  const chat = chatOf(5);
  ask(chat, founder, [inviteOf({ org: us, account: accountOf(2) })]);
  const beginnings = createBeginnings(us);
  expect(gather(beginnings, chat, 0, 3)).toBeNull();
  expect(gather(beginnings, chat, 3, 5)).toBeNull();
  expect(gather(beginnings, chat, 5, 6)).toMatchObject({ genesis: chat.genesis, acts: chat.acts });
  // Taken up: what follows is for the chat itself.
  expect(refusalOf(() => gather(beginnings, chat, 6, 6))).toBe('not_found');
});

test('without its genesis nothing begins', () => {
  expect(refusalOf(() => gather(createBeginnings(us), chatOf(2), 1, 2))).toBe('not_found');
});

test('what waits is bounded per peer: the oldest goes, and what is too large by itself is refused', () => {
  const beginnings = createBeginnings(us);
  const half = [new Uint8Array(LIMITS.heldBytesPerPeer / 2)];
  const [one, two] = [chatOf(1), otherChat()];
  expect(gather(beginnings, one, 0, 1, half)).toBeNull();
  expect(gather(beginnings, two, 0, 1, half)).toBeNull();
  expect(refusalOf(() => gather(beginnings, one, 1, 1))).toBe('not_found');
  expect(refusalOf(() => gather(beginnings, two, 1, 1, half))).toBe('too_big');
});

function otherChat(): TestChat {
  const chat = foundTestChat('private', founder, [hub, us], { look: 3 });
  orderByHub(chat, { is: 'refuse', logId: idOf('log', 1), seq: 1, code: 1 });
  return chat;
}
