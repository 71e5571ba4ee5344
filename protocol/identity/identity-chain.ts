/**
 * An account's identity as everybody can check it (SEAL 2.3): every card that changed the identity key, then the newest. Always
 * holds: an `Identity` value was verified from its `enrol` card on; whether it follows one that is known is for advance.ts.
 */
import { equalBytes } from '../bytes.ts';
import { decodeOrThrow, encode, list } from '../codec.ts';
import { isAdmissibleKey, verifySync } from '../ed25519.ts';
import { type AccountId, type Hash, type OrgId, toBase32 } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { assert, Refused, type Result, refusing } from '../result.ts';
import {
  type Card,
  type CardChange,
  type CardDevice,
  cardHash,
  encodeCard,
  NO_CARD,
  readCardOrThrow,
  type SignedCard,
  signedCardShape,
} from './card.ts';

/** A card that brought an identity key. */
export interface KeyChange {
  readonly change: Exclude<CardChange, 'update'>;
  readonly seq: number;
  readonly hash: Hash;
  readonly uik: Uint8Array;
}

export interface Identity {
  readonly org: OrgId;
  readonly account: AccountId;
  /** `cardHash` of the first card: the account's identity for good. */
  readonly enrolHash: Hash;
  /** `uk` of the first card, from which the keys of direct chats are derived (SEAL 4.2). */
  readonly enrolUk: Uint8Array;
  /** Of the newest card, as everything below. */
  readonly seq: number;
  readonly hash: Hash;
  readonly uik: Uint8Array;
  readonly ukGen: number;
  readonly uk: Uint8Array;
  readonly devices: readonly CardDevice[];
  /** Every card that brought an identity key, in order; the first is the `enrol`. */
  readonly changes: readonly KeyChange[];
  /** Seqs of the `reset` cards. */
  readonly resets: readonly number[];
}

const identityShape = list(signedCardShape, LIMITS.identityCards);

/** Shapes only. Refuses the codec's refusals, `bad_card` for an empty list. */
export function decodeIdentity(chainBytes: Uint8Array): Result<readonly SignedCard[]> {
  return refusing(() => readCards(chainBytes));
}

export function encodeIdentity(cards: readonly SignedCard[]): Uint8Array {
  return encode(identityShape, cards);
}

function readCards(chainBytes: Uint8Array): readonly SignedCard[] {
  const cards = decodeOrThrow(identityShape, chainBytes, LIMITS.identityBytes);
  if (cards.length === 0) throw new Refused('bad_card', 'empty');
  return cards;
}

interface Verified {
  readonly orgKey: Uint8Array | null;
  readonly result: Result<Identity>;
}
/** The judge asks, the reducer again, and a trial of the whole request before both. */
const verified = new WeakMap<Uint8Array, Verified>();

/**
 * `orgKey` is the operational key of the organisation that the cards name; with null no counter-signature is asked for, as before the
 * node has made it, and where the chain is known to be vouched for. Refuses the codec's refusals, `bad_card`, `bad_key`,
 * `bad_signature`. Whose chain it is (`org`, `account`) is for the caller to compare.
 */
export function verifyIdentity(chainBytes: Uint8Array, orgKey: Uint8Array | null): Result<Identity> {
  const known = verified.get(chainBytes);
  if (known && sameKey(known.orgKey, orgKey)) return known.result;
  const result = refusing(() => verifyCards(readCards(chainBytes), orgKey));
  verified.set(chainBytes, { orgKey, result });
  return result;
}

function sameKey(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : equalBytes(a, b);
}

function verifyCards(cards: readonly SignedCard[], orgKey: Uint8Array | null): Identity {
  const isAdmissible = rememberingAdmission();
  const changes: KeyChange[] = [];
  let before: Card | undefined;
  let first: Card | undefined;
  for (const [i, signed] of cards.entries()) {
    const card = readCardOrThrow(signed.bytes, isAdmissible);
    checkPlace(card, before, changes, i === cards.length - 1);
    checkSignatures(signed, card, changes.at(-1), orgKey);
    const { change, seq, uik } = card;
    if (change !== 'update') changes.push({ change, seq, hash: cardHash(signed.bytes), uik });
    before = card;
    first ??= card;
  }
  assert(before && first, 'an identity has a card');
  const { org, account, seq, uik, ukGen, uk, devices } = before;
  const hash = cardHash((cards.at(-1) as SignedCard).bytes);
  const resets = changes.filter(({ change }) => change === 'reset').map((each) => each.seq);
  const enrol = { enrolHash: (changes[0] as KeyChange).hash, enrolUk: first.uk };
  return { org, account, ...enrol, seq, hash, uik, ukGen, uk, devices, changes, resets };
}

function rememberingAdmission(): (key: Uint8Array) => boolean {
  const good = new Set<string>();
  return (key) => {
    const name = toBase32(key);
    if (!good.has(name) && isAdmissibleKey(key)) good.add(name);
    return good.has(name);
  };
}

function checkPlace(card: Card, before: Card | undefined, changes: readonly KeyChange[], isLast: boolean): void {
  if (!before) {
    if (card.change !== 'enrol') throw new Refused('bad_card', 'no enrol');
    return;
  }
  if (card.change === 'enrol') throw new Refused('bad_card', 'enrolled twice');
  if (card.change === 'update' && !isLast) throw new Refused('bad_card', 'place of an update');
  if (card.org !== before.org || card.account !== before.account) throw new Refused('bad_card', 'account');
  if (card.seq <= before.seq) throw new Refused('bad_card', 'seq');
  if (!equalBytes(card.prev, (changes.at(-1) as KeyChange).hash)) throw new Refused('bad_card', 'prev');
  checkIdentityKey(card, before, changes);
  checkUserKey(card, before);
}

function checkIdentityKey({ change, uik }: Card, before: Card, changes: readonly KeyChange[]): void {
  if (change === 'update') {
    if (!equalBytes(uik, before.uik)) throw new Refused('bad_card', 'uik of an update');
  } else if (changes.some((earlier) => equalBytes(earlier.uik, uik))) {
    throw new Refused('bad_card', 'uik stood before');
  }
}

/** `ukGen` never sinks, and each generation has one key of its own. Throws `bad_card`. */
export function checkUserKey({ ukGen, uk }: Pick<Card, 'ukGen' | 'uk'>, before: Pick<Card, 'ukGen' | 'uk'>): void {
  if (ukGen < before.ukGen) throw new Refused('bad_card', 'ukGen');
  if ((ukGen === before.ukGen) !== equalBytes(uk, before.uk)) throw new Refused('bad_card', 'uk');
}

function checkSignatures(
  { bytes, signature, counter, former }: SignedCard,
  { change, uik }: Card,
  before: KeyChange | undefined,
  orgKey: Uint8Array | null,
): void {
  if (!verifySync('card', bytes, uik, signature)) throw new Refused('bad_signature', 'card');
  if (change === 'update') {
    if (counter.length > 0) throw new Refused('bad_card', 'counter of an update');
  } else if (orgKey && !verifySync('counter', bytes, orgKey, counter)) {
    throw new Refused('bad_signature', 'counter');
  }
  if (change !== 'succeed') {
    if (former.length > 0) throw new Refused('bad_card', 'former');
  } else if (!before || !verifySync('card', bytes, before.uik, former)) {
    throw new Refused('bad_signature', 'former');
  }
}

/** The chain with this card as its newest, in place of an update at its end. `chainBytes` null: the account has none yet. */
export function withCard(chainBytes: Uint8Array | null, card: SignedCard): Result<Uint8Array> {
  return refusing(() => {
    const cards = chainBytes ? readCards(chainBytes) : [];
    const isUpdate = ({ bytes }: SignedCard) => readCardOrThrow(bytes, () => true).change === 'update';
    const kept = cards.filter((each) => !isUpdate(each));
    // An account whose last place is taken by a change of key could never state a device again.
    const places = isUpdate(card) ? LIMITS.identityCards : LIMITS.identityCards - 1;
    if (kept.length >= places) throw new Refused('too_big', 'identity');
    return encodeIdentity([...kept, card]);
  });
}

/** What a device decides about its account's next card; number and link follow from the chain. */
export type CardContent = Pick<Card, 'change' | 'uik' | 'ukGen' | 'uk' | 'devices' | 'issuedAt'>;

/**
 * Bytes of the next card of `member`, to be signed over `cardMessage` of them. `before` null: the first, an `enrol`. A card that
 * would be refused in any chain is a bug of the caller, and throws.
 */
export function composeCard(
  member: { readonly org: OrgId; readonly account: AccountId },
  before: Identity | null,
  content: CardContent,
): Uint8Array {
  const place = before
    ? { seq: before.seq + 1, prev: (before.changes.at(-1) as KeyChange).hash }
    : { seq: 0, prev: NO_CARD };
  const { org, account } = member;
  const { change, uik, ukGen, uk, devices, issuedAt } = content;
  const made = encodeCard({ org, account, ...place, change, uik, ukGen, uk, devices, issuedAt });
  const read = refusing(() => readCardOrThrow(made, () => true));
  assert(read.ok, `a card in form${read.ok ? '' : `: ${read.refusal.code} ${read.refusal.detail ?? ''}`}`);
  return made;
}
