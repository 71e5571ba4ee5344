/**
 * Founding chats (PROTOCOL 4.1, SEAL 4.4, 4.11). Private and direct ones are sealed from their first request on, which brings the
 * founder's keys, the first secret and the invitations with what they open; general and public ones never are.
 */
import { chatIdOf, directGenesis } from '../../protocol/chat/genesis.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { foundChat } from '../../protocol/chat/state.ts';
import { hlcFromMs } from '../../protocol/hlc.ts';
import { type ChatId, idBytes } from '../../protocol/ids.ts';
import { type MemberRef, SUITE } from '../../protocol/log/entry.ts';
import { derive } from '../../protocol/seal/derive.ts';
import type { KnownSecret } from '../../protocol/seal/epochs.ts';
import type { Api } from './api.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { composeGenesis, composeLook, composeRequest } from './compose.ts';
import { composeSealedGenesis, composeSealedLook, composeSignedRequest } from './compose-sealed.ts';
import type { LookContent } from './content.ts';
import { invitations } from './invitations.ts';
import { composeMaterial } from './key-material.ts';
import { whyWithout } from './keyring.ts';
import { STORE } from './keys.ts';
import { type Answer, COLOURS } from './model.ts';
import type { Clock, Random, Store } from './ports.ts';
import { refused } from './refusal.ts';
import { type SealParts, signingAuthor } from './requests.ts';
import type { SignedIn } from './signed-in.ts';

export interface Founding {
  createPrivate(look: LookContent, members: readonly MemberRef[]): Promise<Answer<ChatId>>;
  createPublic(name: string, members: readonly MemberRef[]): Promise<Answer<ChatId>>;
  /** Refuses `keys_missing` where the other has no keys yet, `not_connected` where their node does not say. */
  openDirect(other: MemberRef): Promise<Answer<ChatId>>;
}

export interface FoundingParts {
  readonly api: Api;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly account: SignedIn;
}

/** What goes to the node in one go. */
interface Founded {
  readonly genesis: Uint8Array;
  readonly request: Uint8Array | null;
  readonly looks: readonly Uint8Array[];
  readonly bundles: readonly Uint8Array[];
  readonly drawn: readonly KnownSecret[];
}

/** Position of the first rekey of a private chat: after the founder's keys. */
const FIRST_REKEY = 2;

export function createFounding({ api, store, clock, random, account }: FoundingParts): Founding {
  const { desk, library, ledger, requests } = account;

  const foundedNow = () => {
    const { opKey, keySeq } = desk.me;
    return { opKey: fromBase64(opKey), keySeq, hlc: hlcFromMs(clock.now()) };
  };

  async function createPrivate(content: LookContent, members: readonly MemberRef[]): Promise<Answer<ChatId>> {
    const { seal } = account;
    if (!seal) return refused('vault_locked');
    const genesis = composeSealedGenesis(random, desk.me, foundedNow());
    const requests = await invitationsFor(members, seal);
    if (!requests.ok) return requests;
    const [first = [], ...rest] = requests.value;
    return foundAndInvite(await sealedFounding(genesis, seal, content, first), rest);
  }

  /** The look is sealed with the first secret, before there is one. */
  async function sealedFounding(
    genesis: Uint8Array,
    { keyring }: SealParts,
    content: LookContent,
    invites: readonly Intent[],
  ): Promise<Founded> {
    const state = foundChat(genesis);
    const { chatId } = state;
    const author = signingAuthor(keyring);
    const drawn = random.bytes(32);
    const lookKey = { cpos: FIRST_REKEY, key: derive(drawn, 'look') };
    const at = { cpos: FIRST_REKEY, chash: idBytes(chatId) };
    const look = await composeSealedLook(random, author, chatId, at, lookKey.key, content);
    const own: Intent = { is: 'keys', identity: keyring.identityChain() };
    const intents: Intent[] = [own, { is: 'rekey' }, ...invites, look.intent];
    const keys = { secretAt: () => null, lookKey };
    const material = await composeMaterial(state, desk.me, intents, keys, random, drawn);
    const request = await composeSignedRequest(random, author, chatId, intents, material);
    return { genesis, request, looks: [look.bytes], bundles: material.bundles, drawn: material.drawn };
  }

  async function createPublic(name: string, members: readonly MemberRef[]): Promise<Answer<ChatId>> {
    const genesis = composeGenesis(random, desk.me, { kind: 'public', ...foundedNow() });
    const chatId = chatIdOf(genesis);
    const look = composeLook(
      random,
      { cpos: 0, chash: idBytes(chatId) },
      { name, colour: randomColour(random), image: null },
    );
    const requests = await invitationsFor(members, null);
    if (!requests.ok) return requests;
    const [first = [], ...rest] = requests.value;
    const request = composeRequest(random, desk.me, chatId, [look.intent, ...first]);
    return foundAndInvite({ genesis, request, looks: [look.bytes], bundles: [], drawn: [] }, rest);
  }

  async function openDirect(other: MemberRef): Promise<Answer<ChatId>> {
    const { seal } = account;
    if (!seal) return refused('vault_locked');
    const { keyring } = seal;
    const theirs = await keyring.identityOf(other.org, other.account);
    if (!theirs) return refused(whyWithout(keyring, other));
    const genesis = directGenesis(keyring.identity(), theirs.identity, SUITE.sealed);
    const own: Intent = { is: 'keys', identity: keyring.identityChain() };
    const request = await composeSignedRequest(random, signingAuthor(keyring), chatIdOf(genesis), [own]);
    return found({ genesis, request, looks: [], bundles: [], drawn: [] });
  }

  function invitationsFor(who: readonly MemberRef[], seal: SealParts | null) {
    const keyring = seal?.keyring ?? null;
    return invitations(api, { who, role: 'member', inside: new Set([desk.me.org]), history: [], keyring });
  }

  async function foundAndInvite(founded: Founded, invites: readonly (readonly Intent[])[]): Promise<Answer<ChatId>> {
    const answer = await found(founded);
    if (!answer.ok) return answer;
    for (const intents of invites) {
      const invited = await requests.ask(answer.value, intents);
      if (!invited.ok) return invited;
    }
    return answer;
  }

  async function found({ genesis, request, looks, bundles, drawn }: Founded): Promise<Answer<ChatId>> {
    const body = {
      genesis: toBase64(genesis),
      request: request && toBase64(request),
      looks: looks.map(toBase64),
      bundles: bundles.map(toBase64),
    };
    const answer = await api.call('POST /api/v1/chats', { body });
    if (!answer.ok) return answer;
    // On the desk before its push comes, so that it can be written in at once.
    const summary = answer.value;
    const chat = library.addChat(summary);
    account.seal?.keys.expect(chat, drawn);
    await store.write([{ key: STORE.chat(summary.chat), value: chat.record }]);
    if (drawn.length > 0) await ledger.refresh(chat);
    account.changed(chat);
    account.changed(null);
    return { ok: true, value: summary.chat };
  }

  return { createPrivate, createPublic, openDirect };
}

export function randomColour(random: Random) {
  return COLOURS[(random.bytes(1)[0] as number) % COLOURS.length] as (typeof COLOURS)[number];
}
