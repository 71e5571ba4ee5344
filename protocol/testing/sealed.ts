/**
 * For tests only: requests and messages of a sealed chat, signed with the devices of test persons. Key material is what the
 * request must bring, with bundles that are only named: what is inside is for those who hold keys (sealed-keys.ts).
 */
import type { Act } from '../chat/act.ts';
import { keysDue } from '../chat/due.ts';
import { directGenesis } from '../chat/genesis.ts';
import type { HistorySpan, Intent } from '../chat/intent.ts';
import type { Outcome } from '../chat/reduce.ts';
import type { Candidate } from '../chat/validity.ts';
import { encode } from '../codec.ts';
import { signedBytes } from '../hash.ts';
import type { DeviceId, LogId } from '../ids.ts';
import { messageBody, type RequestBody, requestBody, SUITE } from '../log/entry.ts';
import { encodeKeyMaterial } from '../seal/material.ts';
import type { TestDevice, TestPerson } from './cards.ts';
import { citedAt, inviteOf, logOf, orderRequest, type TestChat, testChatOf, write } from './chat.ts';
import { type Cited, type Draft, requestOf } from './log.ts';
import { bytesOf, idOf } from './orgs.ts';

const NONE = new Uint8Array();

export function sealedDirectChat(one: TestPerson, other: TestPerson): TestChat {
  const side = ({ org, account, identity }: TestPerson) => ({
    org: org.orgId,
    account,
    enrolHash: identity.enrolHash,
  });
  return testChatOf(directGenesis(side(one), side(other), SUITE.sealed), [one.org, other.org]);
}

export interface Asking {
  /** The person's first device unless told. */
  readonly by?: TestDevice;
  /** `fresh`: all that is due, for the head. `stale`: the same for the head before it. */
  readonly keys?: 'fresh' | 'stale' | 'none';
  readonly change?: Partial<RequestBody>;
}

export function actorOf({ org, account }: TestPerson) {
  return { org: org.orgId, account };
}

/** The request's body as its author's device signs it. */
export function signedRequest(
  chat: TestChat,
  person: TestPerson,
  intents: readonly Intent[],
  asking: Asking = {},
): Draft & { readonly request: RequestBody } {
  const { by = person.devices[0], keys = 'fresh', change = {} } = asking;
  const plain = requestOf(person.account, chat.state.chatId, chat.nowMs % 2 ** 31, intents).request;
  const head = chat.state.head.cpos;
  const base = citedAt(chat, keys === 'stale' ? head - 1 : head);
  const keyMaterial = keys === 'none' ? NONE : materialFor(chat, person, intents);
  const unsigned = { ...plain, device: by?.device ?? plain.device, base, keyMaterial, ...change, devSig: NONE };
  const devSig = by ? by.dk.sign(signedBytes('request', encode(requestBody, unsigned))) : NONE;
  const request = { ...unsigned, devSig: change.devSig ?? devSig };
  return {
    kind: 'request',
    account: person.account,
    body: encode(requestBody, request),
    device: request.device,
    request,
  };
}

/** Commits and named bundles; empty where nothing is due. */
function materialFor({ state }: TestChat, person: TestPerson, intents: readonly Intent[]): Uint8Array {
  const due = keysDue(state, actorOf(person), intents);
  if (!due.ok || due.value.wraps.length === 0) return NONE;
  const rekeys = due.value.segments.filter(({ kind }) => kind === 'rekey');
  return encodeKeyMaterial({
    commits: rekeys.map(({ at }) => ({ cpos: at, commit: bytesOf(32, at) })),
    bundles: [...new Set(due.value.wraps.map(({ org }) => org))].map((org) => ({
      org,
      hash: bytesOf(32, 1),
      length: 1,
    })),
  });
}

/** Writes the request in the person's log and orders each of its intents. Outcomes in their order. */
export function askSealed(
  chat: TestChat,
  person: TestPerson,
  intents: readonly Intent[],
  asking: Asking = {},
  change: Partial<Act> = {},
): Outcome[] {
  const draft = signedRequest(chat, person, intents, asking);
  const log = logOf(chat, person.org);
  write(chat, person.org, [draft]);
  return orderRequest(chat, log, log.head.seq, draft.body, intents.length, change);
}

export function invitationOf(person: TestPerson, history: readonly HistorySpan[] = [], role = 1): Intent {
  return { ...inviteOf(person, role), identity: person.chain, history };
}

export const keysOf = ({ chain }: TestPerson): Intent => ({ is: 'keys', identity: chain });
export const acceptOf = ({ chain }: TestPerson): Intent => ({ is: 'accept', identity: chain });

/** What a node writes when it has reset an account. */
export function suspendByNode(chat: TestChat, person: TestPerson): Outcome[] {
  const change = { device: idOf('device', 0), base: null, keyMaterial: NONE, devSig: NONE };
  return askSealed(chat, person, [keysOf(person)], { keys: 'none', change });
}

/** A sealed message with a good signature of that device; what is inside is nothing. */
export function sealedMessage(
  person: TestPerson,
  logId: LogId,
  cited: Cited,
  number: number,
  { device, dk }: TestDevice,
): Draft {
  const unsigned = {
    ...{ suite: SUITE.sealed, entryId: idOf('entry', number), logId, account: person.account, device, ...cited },
    ...{
      authorTime: 0,
      alert: { level: 1, mentions: [] },
      nonce: bytesOf(12, number),
      ciphertext: bytesOf(48, number),
    },
  };
  const devSig = dk.sign(signedBytes('message', encode(messageBody, { ...unsigned, devSig: NONE })));
  return { kind: 'message', account: person.account, device, body: encode(messageBody, { ...unsigned, devSig }) };
}

/** The same entry, said to be by that device. */
export function signedBy(entry: Candidate, device: DeviceId, devSig: 'good' | 'bad' = 'good'): Candidate {
  return { ...entry, signed: { device, devSig, carried: entry.signed?.carried ?? [] } };
}
