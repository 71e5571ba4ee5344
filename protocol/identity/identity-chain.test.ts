import { describe, expect, test } from 'vitest';
import { encode, list } from '../codec.ts';
import { LIMITS } from '../limits.ts';
import type { Result } from '../result.ts';
import {
  personOf,
  signCard,
  succeeded,
  type TestPerson,
  testDevice,
  userKeyOf,
  wasReset,
  withDevices,
  withNextUserKey,
} from '../testing/cards.ts';
import { keyOf, orgOf, unwrap } from '../testing/orgs.ts';
import { type Card, cardHash, encodeCard, readCard, type SignedCard, signedCardShape } from './card.ts';
import {
  type CardContent,
  composeCard,
  decodeIdentity,
  encodeIdentity,
  verifyIdentity,
  withCard,
} from './identity-chain.ts';

const [acme, globex] = [orgOf(1), orgOf(2)];
const ann = personOf(acme, 1, [1, 2]);

function detailOf<T>(result: Result<T>): string {
  return result.ok ? 'ok' : `${result.refusal.code}: ${result.refusal.detail}`;
}

function cardsOf({ chain }: { chain: Uint8Array }): readonly SignedCard[] {
  return unwrap(decodeIdentity(chain));
}

function cardOf(person: TestPerson): Card {
  return unwrap(readCard((cardsOf(person).at(-1) as SignedCard).bytes));
}

/** `person`'s chain with one more card like its newest, changed as told and signed by `uik`, whatever is wrong with it. */
function next(person: TestPerson, change: Partial<Card>, uik = person.uik, former = person.uik): Result<unknown> {
  const last = cardOf(person);
  const prev = person.identity.changes.at(-1)?.hash as Uint8Array;
  const card: Card = { ...last, change: 'update', seq: last.seq + 1, prev, ...change };
  const signed = signCard(person.org, encodeCard(card), card.change, uik, former);
  return verifyIdentity(encodeIdentity([...cardsOf(person), signed]), person.org.op.key);
}

/** The first chain with its card's signatures changed. */
function firstSigned(change: Partial<SignedCard>): Result<unknown> {
  return verifyIdentity(encodeIdentity([{ ...(cardsOf(ann)[0] as SignedCard), ...change }]), acme.op.key);
}

describe('SEAL 2.3: the identity chain', () => {
  test('of an enrol card is the identity that it states', () => {
    const [first] = cardsOf(ann) as [SignedCard];
    expect(ann.identity).toMatchObject({
      org: acme.orgId,
      account: ann.account,
      seq: 0,
      ukGen: 1,
      uik: ann.uik.key,
      uk: ann.uks[0]?.key,
      enrolUk: ann.uks[0]?.key,
      resets: [],
    });
    expect(ann.identity.enrolHash).toEqual(cardHash(first.bytes));
    expect(ann.identity.devices.map(({ device }) => device)).toEqual([1, 2].map((n) => testDevice(n).device));
  });

  test('keeps what changed the key and the newest card alone', () => {
    const updated = withNextUserKey(withDevices(ann, [1]));
    expect(cardsOf(updated)).toHaveLength(2);
    expect(updated.identity).toMatchObject({ seq: 2, ukGen: 2, enrolHash: ann.identity.enrolHash });
    const later = withDevices(succeeded(updated), [7]);
    expect(cardsOf(later).map(({ bytes }) => unwrap(readCard(bytes)).change)).toEqual(['enrol', 'succeed', 'update']);
    const again = wasReset(later);
    expect(again.identity).toMatchObject({ seq: 5, ukGen: 3, resets: [5], enrolUk: ann.uks[0]?.key });
    expect(again.identity.changes.map(({ seq }) => seq)).toEqual([0, 3, 5]);
  });

  test('asks for the counter-signature of the organisation only where its key is given', () => {
    const unsigned = encodeIdentity([{ ...(cardsOf(ann)[0] as SignedCard), counter: new Uint8Array() }]);
    expect(verifyIdentity(unsigned, null).ok).toBe(true);
    expect(detailOf(verifyIdentity(unsigned, acme.op.key))).toBe('bad_signature: counter');
    expect(detailOf(verifyIdentity(ann.chain, globex.op.key))).toBe('bad_signature: counter');
    expect(verifyIdentity(ann.chain, acme.op.key).ok).toBe(true);
  });

  test('is refused with a signature that is missing, wrong or too many', () => {
    const [first] = cardsOf(ann) as [SignedCard];
    expect(detailOf(firstSigned({ signature: keyOf(9).sign(first.bytes) }))).toBe('bad_signature: card');
    expect(detailOf(firstSigned({ signature: first.counter, counter: first.signature }))).toBe('bad_signature: card');
    expect(detailOf(firstSigned({ counter: first.signature }))).toBe('bad_signature: counter');
    expect(detailOf(firstSigned({ former: first.signature }))).toBe('bad_card: former');
    const [kept, update] = cardsOf(withDevices(ann, [1])) as [SignedCard, SignedCard];
    const countered = encodeIdentity([kept, { ...update, counter: kept.counter }]);
    expect(detailOf(verifyIdentity(countered, acme.op.key))).toBe('bad_card: counter of an update');
  });

  test('only the key before makes a succeed', () => {
    const [uik, uk] = [keyOf(50), userKeyOf(51)];
    const change = { change: 'succeed', uik: uik.key, ukGen: 2, uk: uk.key } as const;
    expect(detailOf(next(ann, change, uik, ann.uik))).toBe('ok');
    expect(detailOf(next(ann, change, uik, keyOf(52)))).toBe('bad_signature: former');
    expect(detailOf(next(ann, { ...change, change: 'reset' }, uik))).toBe('ok');
    expect(detailOf(next(ann, { ...change, change: 'reset' }, ann.uik))).toBe('bad_signature: card');
  });

  test.each<[string, Partial<Card>]>([
    ['bad_card: seq', { seq: 0, change: 'update' }],
    ['bad_card: enrolled twice', { change: 'enrol', seq: 0, prev: new Uint8Array(32) }],
    ['bad_card: account', { account: personOf(acme, 2).account }],
    ['bad_card: account', { org: globex.orgId }],
    ['bad_card: prev', { prev: new Uint8Array(32).fill(1) }],
    ['bad_card: uik of an update', { uik: keyOf(60).key }],
    ['bad_card: uik stood before', { change: 'reset' }],
    ['bad_card: uk', { ukGen: 2 }],
    ['bad_card: uk', { uk: userKeyOf(61).key }],
  ])('with a next card is refused as %s', (refusal, change) => {
    expect(detailOf(next(ann, change))).toBe(refusal);
  });

  test('its numbers rise, its generations never sink', () => {
    const third = withNextUserKey(withNextUserKey(ann));
    const gone = { change: 'reset', uik: keyOf(70).key } as const;
    const back = next(succeeded(third), { ...gone, ukGen: 2, uk: third.uks[1]?.key as Uint8Array }, keyOf(70));
    expect(detailOf(back)).toBe('bad_card: ukGen');
    const changed = succeeded(third);
    expect(detailOf(next(changed, { ...gone, seq: changed.identity.seq }, keyOf(70)))).toBe('bad_card: seq');
    expect(detailOf(next(changed, { ...gone, uik: ann.uik.key }, ann.uik))).toBe('bad_card: uik stood before');
  });

  test('an update stands at its end alone, an enrol at its beginning', () => {
    const updated = withDevices(ann, [1]);
    expect(detailOf(next(updated, {}))).toBe('bad_card: place of an update');
    expect(detailOf(verifyIdentity(encodeIdentity(cardsOf(updated).slice(1)), acme.op.key))).toBe('bad_card: no enrol');
    expect(detailOf(verifyIdentity(encodeIdentity([]), acme.op.key))).toBe('bad_card: empty');
  });
});

describe('SEAL 2.3: limits of the chain', () => {
  const sixteen = Array.from({ length: LIMITS.devicesPerAccount }, (_, i) => i + 1);

  test('at most eight changes of the key, so that an update always has its place', () => {
    let person = personOf(acme, 3, sixteen);
    for (let change = 1; change < LIMITS.identityCards - 1; change++) person = succeeded(person);
    const full = withDevices(person, sixteen);
    expect(cardsOf(full)).toHaveLength(LIMITS.identityCards);
    expect(full.chain.length).toBeLessThanOrEqual(LIMITS.identityBytes);
    expect(() => succeeded(person)).toThrow('too_big: identity');
    const many = encode(list(signedCardShape, 99), [...cardsOf(full), ...cardsOf(ann)]);
    expect(verifyIdentity(many, acme.op.key)).toMatchObject({ refusal: { code: 'too_big' } });
  });

  test('at most as many bytes as the limit says', () => {
    expect(verifyIdentity(new Uint8Array(LIMITS.identityBytes + 1), null)).toMatchObject({
      refusal: { code: 'too_big' },
    });
    expect(verifyIdentity(new Uint8Array(LIMITS.identityBytes), null)).toMatchObject({
      refusal: { code: 'malformed' },
    });
  });
});

describe('composeCard', () => {
  const content: CardContent = { ...cardOf(ann), change: 'update' };

  test('follows the chain it is given', () => {
    const card = unwrap(readCard(composeCard({ org: acme.orgId, account: ann.account }, ann.identity, content)));
    expect(card).toMatchObject({ seq: 1, prev: ann.identity.hash, account: ann.account });
    const updated = withDevices(ann, [2]);
    const after = unwrap(readCard(composeCard(updated.identity, updated.identity, content)));
    expect(after).toMatchObject({ seq: 2, prev: ann.identity.hash });
  });

  test('does not make what would be refused', () => {
    expect(() => composeCard(ann.identity, null, content)).toThrow('bug: a card in form');
    expect(() => composeCard(ann.identity, ann.identity, { ...content, ukGen: 0 })).toThrow('bug: a card in form');
  });

  test('a card that is no card is not added', () => {
    const junk = { ...(cardsOf(ann)[0] as SignedCard), bytes: Uint8Array.of(1) };
    expect(withCard(ann.chain, junk)).toMatchObject({ refusal: { code: 'malformed' } });
  });
});
