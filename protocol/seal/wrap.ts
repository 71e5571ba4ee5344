/**
 * A wrap: secrets of a chat for one member, sealed to a user key (SEAL 4.1, 4.8). Always holds: it opens only for the account,
 * generation, chat and base that it was made for.
 */
import { bytes, decode, encode, fields, hash32, id, list, type TypeOf, text, uint, version } from '../codec.ts';
import type { AccountId, ChatId, Cpos, Hash, OrgId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { type Result, refuse } from '../result.ts';
import { openWith, sealTo } from './hpke.ts';
import type { X25519Pair } from './x25519.ts';

/** The head before the request that brings the wrap. */
export interface Base {
  readonly cpos: Cpos;
  readonly chash: Hash;
}

/** Whose a wrap is, and where it belongs. */
export interface WrapPlace {
  readonly chatId: ChatId;
  readonly base: Base;
  readonly org: OrgId;
  readonly account: AccountId;
  readonly ukGen: number;
}

const wrapInside = fields({
  v: version(1),
  secrets: list(fields({ at: uint(), secret: bytes(32) }), LIMITS.segmentsPerWrap),
  /** The position that a look names as its own, and the key of it. */
  lookKeys: list(fields({ cpos: uint(), key: bytes(32) }), LIMITS.lookKeysPerWrap),
});
export type WrapInside = Omit<TypeOf<typeof wrapInside>, 'v'>;

const wrapInfo = fields({ label: text(64), chatId: id('chat'), baseCpos: uint(), baseHash: hash32 });
const wrapAad = fields({ org: id('org'), account: id('account'), ukGen: uint() });

function boundTo({ chatId, base, org, account, ukGen }: WrapPlace): { info: Uint8Array; aad: Uint8Array } {
  const label = 'conclave/1/seal/wrap';
  return {
    info: encode(wrapInfo, { label, chatId, baseCpos: base.cpos, baseHash: base.chash }),
    aad: encode(wrapAad, { org, account, ukGen }),
  };
}

/** `uk`: the recipient's public user key of that generation; `random`: 32 bytes. Refuses `bad_key` and, where it is more than one holds, `too_big`. */
export async function sealWrap(
  place: WrapPlace,
  uk: Uint8Array,
  { secrets, lookKeys }: WrapInside,
  random: Uint8Array,
): Promise<Result<Uint8Array>> {
  if (secrets.length > LIMITS.segmentsPerWrap) return refuse('too_big', 'secrets');
  const { info, aad } = boundTo(place);
  return sealTo(uk, random, info, aad, encode(wrapInside, { v: 1, secrets, lookKeys }));
}

/** Refuses `bad_wrap` where it does not open there or holds anything but rising positions. What it says is not believed yet. */
export async function openWrap(place: WrapPlace, pair: X25519Pair, sealed: Uint8Array): Promise<Result<WrapInside>> {
  const { info, aad } = boundTo(place);
  const clear = await openWith(pair, info, aad, sealed);
  if (!clear) return refuse('bad_wrap', 'does not open');
  const read = decode(wrapInside, clear, LIMITS.bundleBytes);
  if (!read.ok) return refuse('bad_wrap', read.refusal.code);
  const { secrets } = read.value;
  const rising = secrets.every(({ at }, i) => i === 0 || (secrets[i - 1]?.at ?? 0) < at);
  return rising ? read : refuse('bad_wrap', 'order');
}
