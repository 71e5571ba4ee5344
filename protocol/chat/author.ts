/**
 * Which device speaks in a request of a sealed chat, and whether it does (SEAL 4.5). Always holds: only a device that the author's
 * own identity names asks for anything; a node asks by itself for nothing but the suspension of an account that it has reset.
 */
import type { Identity } from '../identity/identity-chain.ts';
import { idFromBytes, type OrgId, toBase32 } from '../ids.ts';
import type { RequestBody } from '../log/entry.ts';
import type { RefusalCode } from '../refusals.ts';
import { isSignedBy, isSignedBySync } from '../seal/body.ts';
import type { ReadAct } from './act.ts';
import { followsPin, pinNow, statedIdentity, suspensionNow } from './pins.ts';
import { type ChatState, memberKey } from './state.ts';

export const NO_DEVICE = idFromBytes('device', new Uint8Array(16));

/** Null: a device of the author asks, or the node for a suspension. Otherwise why the request is refused. */
export function judgeDevice(state: ChatState, org: OrgId, body: RequestBody): RefusalCode | null {
  if (state.suite === 0) return null;
  const member = state.members.get(memberKey(org, body.account));
  const chain = chainIn(body);
  const isNode = body.device === NO_DEVICE && body.devSig.length === 0;
  if (chain) {
    const read = statedIdentity(state, { org, account: body.account }, chain);
    if (!read.ok) return read.refusal.code;
    const advance = followsPin(state, read.value);
    if (!advance.ok) return advance.refusal.code;
    if (advance.value === 'reset') return isNode && isSuspension(body) ? null : 'identity_reset';
    return suspensionNow(member) ? 'suspended' : judgeSignature(read.value, body);
  }
  if (suspensionNow(member)) return 'suspended';
  return judgeSignature(pinNow(member)?.identity ?? null, body);
}

/** The author's identity that the request brings: its device is judged by that. */
function chainIn({ intents }: RequestBody): Uint8Array | null {
  for (const intent of intents)
    if ((intent.is === 'keys' || intent.is === 'accept') && intent.identity.length > 0) return intent.identity;
  return null;
}

function isSuspension({ intents, base, keyMaterial }: RequestBody): boolean {
  return intents.length === 1 && intents[0]?.is === 'keys' && base === null && keyMaterial.length === 0;
}

function judgeSignature(identity: Identity | null, body: RequestBody): RefusalCode | null {
  const key = identity?.devices.find(({ device }) => device === body.device)?.dk;
  if (!key) return 'bad_device';
  return isSigned(body, key) ? null : 'bad_signature';
}

/** By body and key: the judge asks, the reducer again, and a trial of the whole request before both. */
const answers = new WeakMap<RequestBody, Map<string, boolean>>();

function answersFor(body: RequestBody): Map<string, boolean> {
  const known = answers.get(body) ?? new Map<string, boolean>();
  answers.set(body, known);
  return known;
}

function isSigned(body: RequestBody, key: Uint8Array): boolean {
  const known = answersFor(body);
  const name = toBase32(key);
  const answer = known.get(name) ?? isSignedBySync({ kind: 'request', body }, key);
  known.set(name, answer);
  return answer;
}

/** Verifies ahead, off the main thread where the platform can, what `applyAct` will ask of the act's request. Changes nothing. */
export async function primeRequest(state: ChatState, org: OrgId, { request }: Pick<ReadAct, 'request'>): Promise<void> {
  if (!request || state.suite === 0) return;
  const author = { org, account: request.account };
  const chain = chainIn(request);
  const read = chain && statedIdentity(state, author, chain);
  const pinned = pinNow(state.members.get(memberKey(org, request.account)))?.identity;
  const identity = read?.ok ? read.value : pinned;
  const key = identity?.devices.find(({ device }) => device === request.device)?.dk;
  if (key) answersFor(request).set(toBase32(key), await isSignedBy({ kind: 'request', body: request }, key));
}
