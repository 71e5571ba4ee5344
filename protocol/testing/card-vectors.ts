/** For tests and `npm run vectors`: the frozen examples of cards, identity chains and safety numbers. */
import { encode as encodeCbor } from 'cborg';
import { type Card, encodeCard, encodeSignedCard, readCard, type SignedCard } from '../identity/card.ts';
import { decodeIdentity, encodeIdentity } from '../identity/identity-chain.ts';
import { safetyCode } from '../identity/safety.ts';
import {
  personOf,
  signCard,
  succeeded,
  type TestPerson,
  testDevice,
  wasReset,
  withDevices,
  withNextUserKey,
} from './cards.ts';
import { derivationOf } from './derivations.ts';
import { bytesOf, keyOf, orgOf, unwrap } from './orgs.ts';
import { badVector, type DerivedVector, goodVector, toJson, type VectorFile } from './vectors.ts';

const [acme, globex] = [orgOf(1), orgOf(2)];
const ann = personOf(acme, 1, [1, 2]);
const updated = withNextUserKey(ann, [testDevice(1)]);
const successor = withDevices(succeeded(updated), [1, 3]);
const again = wasReset(successor);
const bea = personOf(globex, 2);

function cardsOf({ chain }: TestPerson): readonly SignedCard[] {
  return unwrap(decodeIdentity(chain));
}

function newest(person: TestPerson): SignedCard {
  return cardsOf(person).at(-1) as SignedCard;
}

function cardOf(person: TestPerson): Card {
  return unwrap(readCard(newest(person).bytes));
}

/** With its own signature and the organisation's. */
function goodCards() {
  return [ann, updated, succeeded(updated), again].flatMap((person) => {
    const { bytes, signature, counter } = newest(person);
    const { change } = cardOf(person);
    const own = goodVector(`${change}, signed by its key`, 'card', bytes, {
      tag: 'card',
      key: person.uik.key,
      signature,
    });
    if (change === 'update') return [own];
    const countered = { tag: 'counter', key: acme.op.key, signature: counter } as const;
    return [own, goodVector(`${change}, signed by the organisation`, 'card', bytes, countered)];
  });
}

function badCards() {
  const first = cardOf(ann);
  const bad = (name: string, change: Partial<Card>, code: 'bad_card' | 'bad_key') =>
    badVector(name, 'card', encodeCard({ ...first, ...change }), code);
  return [
    bad('an enrol that is not the first', { seq: 1 }, 'bad_card'),
    bad('an enrol with a later user key', { ukGen: 2 }, 'bad_card'),
    bad('an enrol without a device', { devices: [] }, 'bad_card'),
    bad('an update without one before it', { change: 'update', seq: 1 }, 'bad_card'),
    bad('a user key of small order', { uk: bytesOf(32, 0) }, 'bad_key'),
    bad('an identity key of small order', { uik: bytesOf(32, 0) }, 'bad_key'),
    badVector('of a newer version', 'card', encodeCbor([2]), 'unknown_version'),
    badVector('cut short', 'card', newest(ann).bytes.slice(0, -1), 'malformed'),
  ];
}

function badChains() {
  const [first, update] = cardsOf(updated) as [SignedCard, SignedCard];
  const next = { ...cardOf(updated), seq: 2 };
  const by = (change: Partial<Card>, uik = ann.uik, former = ann.uik) => {
    const card = { ...next, ...change };
    return encodeIdentity([first, signCard(acme, encodeCard(card), card.change, uik, former)]);
  };
  const key = keyOf(77);
  const bad = (name: string, bytes: Uint8Array, code: 'bad_card' | 'bad_signature') =>
    badVector(name, 'identity chain', bytes, code);
  return [
    bad('without a card', encodeIdentity([]), 'bad_card'),
    bad('without its enrol', encodeIdentity([update]), 'bad_card'),
    bad('with two updates', encodeIdentity([first, update, update]), 'bad_card'),
    bad('an update by another key', by({}, key), 'bad_signature'),
    bad('an update that names another key', by({ uik: key.key }, key), 'bad_card'),
    bad(
      'a succession that the key before did not sign',
      by({ change: 'succeed', uik: key.key }, key, key),
      'bad_signature',
    ),
    bad('a reset to the key before', by({ change: 'reset' }), 'bad_card'),
    bad('another user key of the same generation', by({ ukGen: 1, uk: cardOf(bea).uk }), 'bad_card'),
    bad('another generation of the same user key', by({ uk: cardOf(ann).uk }), 'bad_card'),
    bad('a link to another card', by({ prev: bytesOf(32, 3) }), 'bad_card'),
  ];
}

async function derived(name: string, of: 'advance' | 'safety number', input: Record<string, unknown>) {
  const json = toJson(input) as Record<string, unknown>;
  const made: DerivedVector = { name, of, input: json, output: toJson(await derivationOf(of, json)) };
  return made;
}

export async function cardVectors(): Promise<VectorFile> {
  const text = new TextEncoder().encode(safetyCode(ann.identity, bea.identity));
  const step = (name: string, pinned: TestPerson, next: TestPerson) =>
    derived(name, 'advance', { pinned: pinned.chain, next: next.chain });
  return {
    about: 'SEAL 2.2, 2.3, 2.4, 2.6: cards, identity chains, how one may follow another, safety numbers',
    good: [
      ...goodCards(),
      goodVector('as a device hands it in', 'signed card', encodeSignedCard(newest(updated))),
      goodVector('of an enrol', 'identity chain', ann.chain),
      goodVector('with an update', 'identity chain', updated.chain),
      goodVector('with a succession and an update', 'identity chain', successor.chain),
      goodVector('with a reset', 'identity chain', again.chain),
      goodVector('of two', 'safety code', text),
    ],
    bad: [
      ...badCards(),
      ...badChains(),
      badVector('with a letter more', 'safety code', Uint8Array.of(...text, 97), 'malformed'),
    ],
    derived: await Promise.all([
      step('by an update', ann, updated),
      step('by a succession', updated, successor),
      step('by a reset', ann, again),
      step('by the same card', updated, updated),
      step('back', updated, ann),
      step('to another enrolment', updated, withDevices(personOf(acme, 9, [1], ann.account), [1])),
      step('to a key that was not in force', again, withDevices(withDevices(withDevices(successor, [1]), [2]), [3])),
      derived('of two', 'safety number', { typed: safetyCode(ann.identity, bea.identity) }),
    ]),
  };
}
