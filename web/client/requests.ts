/**
 * Asking a chat's hub: intents are composed, signed and given the keys that they need, and wrapped by the node; a request is
 * queued there while the hub is away. Always holds: who writes in a sealed chat is pinned there with the device that writes, or says
 * so in the same request (SEAL 4.5).
 */
import { equalBytes } from '../../protocol/bytes.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { pinNow, suspensionNow } from '../../protocol/chat/pins.ts';
import { type ChatState, type Member, memberKey } from '../../protocol/chat/state.ts';
import { whySuite } from '../../protocol/chat/validity.ts';
import type { Identity } from '../../protocol/identity/identity-chain.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { later } from '../../protocol/later.ts';
import { Refused } from '../../protocol/result.ts';
import type { Api } from './api.ts';
import { toBase64 } from './base64.ts';
import type { ChatKeys } from './chat-keys.ts';
import type { ChatSeal } from './chat-seal.ts';
import { composeRequest } from './compose.ts';
import { composeSignedRequest, type SigningAuthor } from './compose-sealed.ts';
import type { Chat, Desk } from './desk.ts';
import type { Material } from './key-material.ts';
import type { Keyring } from './keyring.ts';
import type { Ledger } from './ledger.ts';
import type { Library } from './library.ts';
import type { Answer } from './model.ts';
import type { Random } from './ports.ts';
import { refused } from './refusal.ts';

/** `queued`: the hub is away, or has not answered yet. */
export type Asked = 'ordered' | 'queued';

/** All that belongs to chats that are sealed; there is none while the vault is closed. */
export interface SealParts {
  readonly keyring: Keyring;
  readonly keys: ChatKeys;
}

export interface Requests {
  /** Refuses what the node refuses, `no_key` in a sealed chat while the vault is closed. Throws `Fault`. */
  ask(chat: ChatId, intents: readonly Intent[], looks?: readonly Uint8Array[]): Promise<Answer<Asked>>;
}

interface RequestsParts {
  readonly api: Api;
  readonly random: Random;
  readonly desk: Desk;
  readonly library: Library;
  readonly ledger: Ledger;
  readonly seal: SealParts | null;
}

const NO_MATERIAL: Material = { base: null, keyMaterial: new Uint8Array(0), bundles: [], drawn: [] };
const WITH_KEYS: ReadonlySet<Intent['is']> = new Set(['rekey', 'invite', 'readmit', 'supply', 'grant']);
const WITH_ALL_KEYS: ReadonlySet<Intent['is']> = new Set(['supply', 'grant', 'readmit']);

export function createRequests(parts: RequestsParts): Requests {
  const { api, random, desk, library, ledger, seal } = parts;

  async function ask(
    id: ChatId,
    intents: readonly Intent[],
    looks: readonly Uint8Array[] = [],
  ): Promise<Answer<Asked>> {
    const chat = await library.chat(id);
    if (!chat) return refused('not_found');
    const control = await ledger.open(chat);
    if (!control) return refused(chat.record.summary.readOnly ?? 'bad_chain');
    const notAllowed = whySuite(control.state.kind, control.state.suite);
    if (notAllowed) return refused(notAllowed);
    if (control.state.suite === 0) {
      return send(chat, composeRequest(random, desk.me, id, intents), looks, []);
    }
    if (!seal) return refused('vault_locked');
    try {
      return await askSealed(chat, seal, intents, looks);
    } catch (error) {
      if (error instanceof Refused) return refused(error.refusal.code, error.refusal.detail);
      throw error;
    }
  }

  async function askSealed(
    chat: Chat,
    { keyring, keys }: SealParts,
    wanted: readonly Intent[],
    looks: readonly Uint8Array[],
  ): Promise<Answer<Asked>> {
    const isWhole = wanted.some(
      ({ is, ...rest }) => WITH_ALL_KEYS.has(is) || ('history' in rest && rest.history.length > 0),
    );
    const chatSeal = await (isWhole ? keys.openAll(chat) : keys.open(chat));
    if (!chatSeal) return refused('no_key');
    const { state } = chatSeal;
    const intents = withOwnKeys(state, keyring, wanted);
    const needs = intents.some(({ is }) => WITH_KEYS.has(is));
    const material = needs ? await materialFor(intents, chatSeal) : NO_MATERIAL;
    keys.expect(chat, material.drawn);
    const body = await composeSignedRequest(random, signingAuthor(keyring), state.chatId, intents, material);
    return send(chat, body, looks, material.bundles);
  }

  async function materialFor(intents: readonly Intent[], chatSeal: ChatSeal): Promise<Material> {
    const { composeMaterial } = await later(() => import('./key-material.ts'));
    return composeMaterial(chatSeal.state, desk.me, intents, chatSeal, random);
  }

  async function send(
    chat: Chat,
    body: Uint8Array,
    looks: readonly Uint8Array[],
    bundles: readonly Uint8Array[],
  ): Promise<Answer<Asked>> {
    const params = { chat: chat.record.summary.chat };
    const sent = { body: toBase64(body), looks: looks.map(toBase64), bundles: bundles.map(toBase64) };
    const answer = await api.call('POST /api/v1/chats/:chat/requests', { params, body: sent });
    if (!answer.ok) return answer;
    const { outcome } = answer.value;
    if (outcome === 'ordered') await ledger.refresh(chat);
    return { ok: true, value: outcome };
  }

  return { ask };
}

export function signingAuthor({ org, account, device, deviceKey }: Keyring): SigningAuthor {
  return { org, account, device, deviceKey };
}

/** Is this device, with its key, one that the chat knows of its author? */
export function namesDevice(identity: Identity | undefined, keyring: Keyring): boolean {
  const own = keyring.identity().devices.find(({ device }) => device === keyring.device);
  const pinned = identity?.devices.find(({ device }) => device === keyring.device);
  return own !== undefined && pinned !== undefined && equalBytes(own.dk, pinned.dk);
}

export function ownSeat(state: ChatState, { org, account }: Pick<Keyring, 'org' | 'account'>): Member | undefined {
  return state.members.get(memberKey(org, account));
}

/** With the own identity first, where the chat does not know this device by it. An acceptance brings it itself. */
function withOwnKeys(state: ChatState, keyring: Keyring, intents: readonly Intent[]): readonly Intent[] {
  const member = ownSeat(state, keyring);
  const identity = keyring.identityChain();
  const isKnown = namesDevice(pinNow(member)?.identity, keyring);
  if (isKnown || suspensionNow(member) || intents.some(({ is }) => is === 'keys')) return intents;
  if (intents.some(({ is }) => is === 'accept')) {
    return intents.map((intent) => (intent.is === 'accept' ? { is: 'accept', identity } : intent));
  }
  return [{ is: 'keys', identity }, ...intents];
}
