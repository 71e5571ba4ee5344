/** A private chat from before sealing, as it lies in a development database: founded by a node whose rules let it. */
import { randomBytes } from 'node:crypto';
import { chatIdOf } from '../../protocol/chat/genesis.ts';
import { ROLES } from '../../protocol/chat/intent.ts';
import { hlcFromMs } from '../../protocol/hlc.ts';
import { type ChatId, idBytes } from '../../protocol/ids.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import { fromBase64 } from '../../web/client/base64.ts';
import { composeGenesis, composeLook, composeRequest } from '../../web/client/compose.ts';
import { type TestPerson, value } from '../nodes.ts';

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

/** With this name, of its founder and a co-worker. */
export async function foundClear({ at, me }: TestPerson, name: string, other: MemberRef): Promise<ChatId> {
  const { chats } = at.node.core;
  const author = { account: me.account, device: me.device, administrator: false, mayBringOutsiders: true };
  const founding = { opKey: fromBase64(me.opKey), keySeq: me.keySeq, hlc: hlcFromMs(Date.now()) };
  const genesis = composeGenesis(random, me, { kind: 'private', ...founding });
  const chat = chatIdOf(genesis);
  value(await chats.found.chat(author, genesis));
  const look = composeLook(random, { cpos: 0, chash: idBytes(chat) }, { name, colour: 'moss', image: null });
  const { org, account } = other;
  const none = new Uint8Array();
  const invite = {
    is: 'invite',
    org,
    account,
    role: ROLES.member,
    history: [],
    orgChain: none,
    identity: none,
  } as const;
  const request = composeRequest(random, me, chat, [look.intent, invite]);
  value(await chats.request(author, chat, request, { looks: [look.bytes], bundles: [] }));
  return chat;
}
