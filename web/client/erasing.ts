/** Erasing a message: what asks for it, as it goes to the node. Signed where the chat is sealed. */
import type { Entry } from '../../protocol/api/shapes.ts';
import { toBase64 } from './base64.ts';
import { composeErase } from './compose.ts';
import { composeSignedErase } from './compose-sealed.ts';
import { type Chat, isSealed } from './desk.ts';
import { signingAuthor } from './requests.ts';
import type { SignedIn } from './signed-in.ts';

/** Base64. Null: it would have to be signed, and there is no key here. */
export async function eraseBody(
  { desk, seal }: Pick<SignedIn, 'desk' | 'seal'>,
  chat: Chat,
  { log, seq }: Entry,
): Promise<string | null> {
  const id = chat.record.summary.chat;
  if (!isSealed(chat)) return toBase64(composeErase(desk.me, id, log, seq));
  return seal && toBase64(await composeSignedErase(signingAuthor(seal.keyring), id, log, seq));
}
