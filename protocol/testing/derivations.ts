/**
 * For tests and `npm run vectors`: how a frozen example of sealing is read. Each takes an input as it stands in the file (bytes in
 * hex, ids as text) and gives what any implementation must get from it.
 */

import { decodeLook } from '../chat/look.ts';
import type { SegmentKind } from '../chat/segment.ts';
import { advance } from '../identity/advance.ts';
import { verifyIdentity } from '../identity/identity-chain.ts';
import { parseSafetyCode, safetyNumber } from '../identity/safety.ts';
import type { AccountId, ChatId, OrgId } from '../ids.ts';
import { type Body, decodeBody, type EntryKind, type MessageBody } from '../log/entry.ts';
import { isSignedBy } from '../seal/body.ts';
import { decodeBundle } from '../seal/bundle.ts';
import { commitOf, type DeriveLabel, derive } from '../seal/derive.ts';
import { directSecret } from '../seal/direct.ts';
import { createEpochs } from '../seal/epochs.ts';
import { FILE_HEADER_BYTES, openFile } from '../seal/files.ts';
import { sealTo } from '../seal/hpke.ts';
import { openLook } from '../seal/look.ts';
import { openMessage } from '../seal/message.ts';
import { pad } from '../seal/padding.ts';
import { parseRecoveryCode } from '../seal/recovery-code.ts';
import { makeUnlocker, openEnvelopes, prfSalt, UNLOCKER_KINDS, type UnlockerKind } from '../seal/unlockers.ts';
import { openVault, pinOf } from '../seal/vault.ts';
import { openWrap } from '../seal/wrap.ts';
import { importPair } from '../seal/x25519.ts';
import { unwrap } from './orgs.ts';
import { fromHex } from './vectors.ts';

/** Each derivation takes some of these. What is not named here is bytes, in hex. */
interface Input {
  readonly chatId: ChatId;
  readonly org: OrgId;
  readonly account: AccountId;
  readonly label: DeriveLabel;
  readonly kind: string;
  readonly typed: string;
  readonly at: number;
  readonly positions: readonly number[];
  readonly segments: readonly { readonly at: number; readonly kind: SegmentKind; readonly commit: string | null }[];
  readonly known: readonly { readonly at: number; readonly secret: string }[];
}

const bytes = (input: Input, name: string) => fromHex((input as unknown as Record<string, string>)[name] as string);

async function wrap(input: Input): Promise<unknown> {
  const { chatId, org, baseCpos, baseHash, wraps } = unwrap(decodeBundle(bytes(input, 'bundle')));
  const own = wraps.find(({ account }) => account === input.account);
  if (!own) throw new Error('no wrap');
  const place = { chatId, org, base: { cpos: baseCpos, chash: baseHash }, account: own.account, ukGen: own.ukGen };
  return unwrap(await openWrap(place, await importPair(bytes(input, 'userKey')), own.sealed));
}

function epochs(input: Input): unknown {
  const segments = input.segments.map((each) => ({
    ...each,
    commit: each.commit === null ? null : fromHex(each.commit),
  }));
  const held = createEpochs(input.chatId, () => segments);
  for (const { at, secret } of input.known) {
    unwrap(held.learn({ at, secret: fromHex(secret) }));
  }
  return input.positions.map((p) => held.secretAt(p));
}

async function file(input: Input): Promise<unknown> {
  const sealed = bytes(input, 'sealed');
  const opener = unwrap(await openFile(bytes(input, 'key'), sealed.slice(0, FILE_HEADER_BYTES), sealed.length));
  return unwrap(await opener.openChunk(0, sealed.slice(FILE_HEADER_BYTES)));
}

async function envelope(input: Input): Promise<unknown> {
  const kind = input.kind as UnlockerKind;
  const one = { kind: UNLOCKER_KINDS[kind], id: bytes(input, 'id'), sealed: bytes(input, 'sealed') };
  return unwrap(await openEnvelopes(input, [one], kind, bytes(input, 'secret')));
}

async function message(input: Input): Promise<unknown> {
  const { body } = unwrap(decodeBody('message', bytes(input, 'body')));
  return unwrap(await openMessage(body as MessageBody, bytes(input, 'contentSecret'), bytes(input, 'deviceKey')));
}

async function look(input: Input): Promise<unknown> {
  const body = unwrap(decodeLook(bytes(input, 'look')));
  return unwrap(await openLook(input.chatId, body, bytes(input, 'lookKey'), bytes(input, 'deviceKey')));
}

async function signature(input: Input): Promise<unknown> {
  const body: Body = unwrap(decodeBody(input.kind as EntryKind, bytes(input, 'body')));
  return isSignedBy(body, bytes(input, 'deviceKey'));
}

const hpke = async (input: Input) => {
  const [publicKey, random, info] = [bytes(input, 'publicKey'), bytes(input, 'random'), bytes(input, 'info')];
  return unwrap(await sealTo(publicKey, random, info, bytes(input, 'aad'), bytes(input, 'clear')));
};

export const DERIVATIONS = {
  derive: (input) => derive(bytes(input, 'key'), input.label, bytes(input, 'context')),
  commit: (input) => commitOf(bytes(input, 'secret'), input.chatId, input.at),
  direct: async (input) => unwrap(await directSecret(input.chatId, bytes(input, 'own'), bytes(input, 'other'))),
  epochs,
  pad: (input) => pad(bytes(input, 'clear')),
  hpke,
  wrap,
  message,
  look,
  signature,
  vault: async (input) => unwrap(await openVault(input, bytes(input, 'vaultKey'), bytes(input, 'vault'))),
  pin: (input) => pinOf(bytes(input, 'uik')),
  unlocker: async (input) => {
    const made = await makeUnlocker(input.kind as UnlockerKind, new Uint8Array(16), bytes(input, 'secret'));
    return made.publicKey;
  },
  envelope,
  'prf salt': (input) => prfSalt(input.account),
  'recovery code': (input) => unwrap(parseRecoveryCode(input.typed)),
  file,
  /** How it may follow, or why not. */
  advance: (input) => {
    const [pinned, next] = ['pinned', 'next'].map((name) => unwrap(verifyIdentity(bytes(input, name), null)));
    const step = pinned && next && advance(pinned, next);
    return step?.ok ? step.value : step?.refusal.code;
  },
  'safety number': (input) => safetyNumber(...unwrap(parseSafetyCode(input.typed))),
} satisfies Record<string, (input: Input) => unknown>;

/** What the example must give, as it is now. */
export async function derivationOf(of: string, input: unknown): Promise<unknown> {
  if (!Object.hasOwn(DERIVATIONS, of)) throw new Error(`no derivation: ${of}`);
  return DERIVATIONS[of as keyof typeof DERIVATIONS](input as Input);
}
