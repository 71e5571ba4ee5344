/**
 * Erasing a message for everybody (PROTOCOL 5.8): its copies, and what was said of it as far as one may. Of an own message every own
 * edit goes with it: pages that this device has not seen are looked through for them. Signed where the chat is sealed.
 */
import type { Entry } from '../../protocol/api/shapes.ts';
import { ROLES } from '../../protocol/chat/intent.ts';
import { roleAt } from '../../protocol/chat/state.ts';
import type { Api } from './api.ts';
import { toBase64 } from './base64.ts';
import { composeErase } from './compose.ts';
import { composeSignedErase } from './compose-sealed.ts';
import { type Chat, isMe, isSealed, type Known } from './desk.ts';
import { messageKey } from './message-views.ts';
import type { Answer } from './model.ts';
import { DONE, refused } from './refusal.ts';
import { gatherRemarks } from './remarks.ts';
import { signingAuthor } from './requests.ts';
import type { SignedIn } from './signed-in.ts';

interface Erasing {
  readonly api: Api;
  readonly account: SignedIn;
}

/** Refuses `not_found`, `vault_locked`, and what the node says. What waits in the outbox for that message is given up. */
export async function eraseMessage(parts: Erasing, chat: Chat, key: string): Promise<Answer<null>> {
  const { account } = parts;
  const entries = await account.library.entries(chat);
  const copies = [...entries.values()].filter((known) => known.entry.kind === 'message' && messageKey(known) === key);
  if (copies.length === 0) return refused('not_found');
  await account.library.loadBetween(chat, copies[0] as Known);
  await account.seal?.opening.asides(chat);
  const { desk, outbox } = account;
  const said = gatherRemarks(desk, chat, outbox.items(chat.record.summary.chat)).get(key);
  for (const stray of said?.strays ?? []) if ('queued' in stray) await outbox.discard(stray.queued.entryId);
  // What was said of it goes first: were it to go last and fail, it would be said of nothing.
  const remarks = (said?.entries ?? []).filter((entry) => mayErase(account, chat, entry));
  for (const entry of [...remarks, ...copies.map((known) => known.entry)]) {
    if (entry.body === null) continue;
    const answer = await eraseOne(parts, chat, entry);
    if (!answer.ok) return answer;
  }
  return DONE;
}

async function eraseOne({ api, account }: Erasing, chat: Chat, entry: Entry): Promise<Answer<null>> {
  const body = await eraseBody(account, chat, entry);
  if (!body) return refused('vault_locked');
  const params = { chat: chat.record.summary.chat };
  const answer = await api.call('POST /api/v1/chats/:chat/erase', { params, body: { body } });
  return answer.ok ? DONE : answer;
}

function mayErase({ desk: { me } }: SignedIn, { control }: Chat, entry: Entry): boolean {
  if (isMe(me, entry.org, entry.account)) return true;
  return control !== null && roleAt(control.state, me.org, me.account, control.state.head.cpos) >= ROLES.moderator;
}

/** Base64. Null: it would have to be signed, and there is no key here. */
async function eraseBody(
  { desk, seal }: Pick<SignedIn, 'desk' | 'seal'>,
  chat: Chat,
  { log, seq }: Entry,
): Promise<string | null> {
  const id = chat.record.summary.chat;
  if (!isSealed(chat)) return toBase64(composeErase(desk.me, id, log, seq));
  return seal && toBase64(await composeSignedErase(signingAuthor(seal.keyring), id, log, seq));
}
