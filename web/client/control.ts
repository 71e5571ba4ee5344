/**
 * A chat's control log as this client knows it: the acts in order, what each did, and the state they make (PROTOCOL 4.3).
 * Always holds: the chain of hashes is whole from the genesis, whose hash is the chat's id; the newest act of every term that
 * came with one fetch is signed by the hub of that term. As an act's hash covers all before it, so does its signature.
 * A direct chat's hub is not pinned by the genesis, so there the chain alone is checked.
 */
import type { Control as ControlReply } from '../../protocol/api/shapes.ts';
import { continuesControl, type ReadAct, readAct } from '../../protocol/chat/act.ts';
import { chatIdOf } from '../../protocol/chat/genesis.ts';
import { lookHash } from '../../protocol/chat/look.ts';
import { applyAct, type Outcome } from '../../protocol/chat/reduce.ts';
import { type ChatState, foundChat, type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import { verify } from '../../protocol/ed25519.ts';
import { type ChatId, type Hash, type OrgId, toBase32 } from '../../protocol/ids.ts';
import { Refused } from '../../protocol/result.ts';
import { fromBase64 } from './base64.ts';

export interface Noted {
  readonly hash: Hash;
  readonly cpos: number;
  readonly hlc: number;
  readonly hub: OrgId;
  readonly outcome: Outcome;
}

/** As it comes from the node: base64url. */
export interface SignedAct {
  readonly bytes: string;
  readonly signature: string;
}

/** What position 0 of a stored control log holds. */
export interface Founding {
  readonly genesis: string;
  /** The look in force; null where there is none, or it is not kept any more. */
  readonly look: string | null;
}

export interface Control {
  readonly state: ChatState;
  readonly founding: Founding;
  readonly noted: readonly Noted[];
  /** Of members of a sealed chat, the identity chain that an act brought last. */
  readonly chains: ReadonlyMap<MemberKey, Uint8Array>;
}

/** From the store: checked when it came, so signatures are not checked again. Throws `Refused` where it does not hold. */
export function reopenControl(founding: Founding, acts: readonly SignedAct[]): Control {
  const control = { state: foundChat(fromBase64(founding.genesis)), noted: [] as Noted[], chains: new Map() };
  for (const act of acts) take(control, act);
  return { ...control, founding };
}

/** From the node, from its beginning. Throws `Refused`: `bad_chain`, `bad_signature`, what does not decode. */
export async function openControl(chat: ChatId, reply: ControlReply): Promise<Control> {
  if (reply.genesis === null) throw new Refused('missing_part', 'genesis');
  const genesis = fromBase64(reply.genesis);
  if (chatIdOf(genesis) !== chat) throw new Refused('bad_chain', 'genesis');
  const empty = {
    state: foundChat(genesis),
    noted: [],
    chains: new Map(),
    founding: { genesis: reply.genesis, look: null },
  };
  return extendControl(empty, reply.acts, reply.looks);
}

/**
 * With these acts after it; acts that are known already are passed over. Changes `control.state`, so the control before must not be
 * used again. Throws `Refused`: then the log has to be fetched anew. `missing_part`: acts before these are not here yet.
 */
export async function extendControl(
  control: Control,
  acts: readonly SignedAct[],
  looks: readonly string[],
): Promise<Control> {
  const { state } = control;
  const taking = { state, noted: [...control.noted], chains: new Map(control.chains) };
  let last: Signing | null = null;
  for (const act of acts) {
    const key = state.hubKey;
    const read = take(taking, act);
    if (!read) continue;
    if (last && last.key !== key) await checkSignature(last);
    last = { key, read };
  }
  if (last) await checkSignature(last);
  if (!last && looks.length === 0) return control;
  return { ...taking, founding: { ...control.founding, look: lookInForce(control, looks) } };
}

interface Signing {
  readonly key: Uint8Array | null;
  readonly read: ReadAct;
}

async function checkSignature({ key, read }: Signing): Promise<void> {
  if (!key) return;
  const { bytes, signature } = read.signed;
  if (!(await verify('act', bytes, key, signature))) throw new Refused('bad_signature', `act ${read.act.cpos}`);
}

interface Taking {
  readonly state: ChatState;
  readonly noted: Noted[];
  readonly chains: Map<MemberKey, Uint8Array>;
}

/** Null: it was there already. */
function take({ state, noted, chains }: Taking, act: SignedAct): ReadAct | null {
  const result = readAct({ bytes: fromBase64(act.bytes), signature: fromBase64(act.signature) });
  if (!result.ok) throw new Refused(result.refusal.code, result.refusal.detail);
  const read = result.value;
  const { cpos, hlc } = read.act;
  if (cpos <= state.head.cpos) return null;
  if (cpos > state.head.cpos + 1) throw new Refused('missing_part', `act ${state.head.cpos + 1}`);
  const next = continuesControl(state.head, state.chatId, state.term, read);
  if (!next.ok) throw new Refused(next.refusal.code, next.refusal.detail);
  const hub = state.hub;
  noted.push({ hash: read.hash, cpos, hlc, hub, outcome: applyAct(state, read) });
  keepChains(state, chains, read);
  return read;
}

/** The state keeps what the chains say; who shows them to somebody needs the bytes. */
function keepChains(state: ChatState, chains: Taking['chains'], { request, act }: ReadAct): void {
  const org = act.cause.is === 'request' ? state.logs.get(act.cause.logId)?.org : undefined;
  if (!request || !org || state.suite === 0) return;
  for (const intent of request.intents) {
    if (!('identity' in intent) || intent.identity.length === 0) continue;
    const key = 'account' in intent ? memberKey(intent.org, intent.account) : memberKey(org, request.account);
    chains.set(key, intent.identity);
  }
}

function lookInForce({ state, founding }: Control, looks: readonly string[]): string | null {
  if (!state.look) return null;
  const wanted = toBase32(state.look.hash);
  const fits = (look: string) => toBase32(lookHash(fromBase64(look))) === wanted;
  return looks.find(fits) ?? (founding.look !== null && fits(founding.look) ? founding.look : null);
}
