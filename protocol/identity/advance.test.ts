import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
import { advance } from './advance.ts';
import { composeCard, encodeIdentity, type Identity, verifyIdentity, withCard } from './identity-chain.ts';

const acme = orgOf(1);
const ann = personOf(acme, 1);

function detailOf<T>(result: Result<T>): string {
  return result.ok ? String(result.value) : `${result.refusal.code}: ${result.refusal.detail}`;
}
const step = (pinned: TestPerson | null, next: { identity: Identity }) =>
  detailOf(advance(pinned?.identity ?? null, next.identity));

describe('SEAL 2.4: advance', () => {
  test('what is seen first, and what follows by the same key, is plain', () => {
    expect(step(null, ann)).toBe('plain');
    expect(step(null, wasReset(ann))).toBe('plain');
    expect(step(ann, withDevices(ann, [1, 2]))).toBe('plain');
    expect(step(ann, withNextUserKey(withDevices(ann, [1, 2])))).toBe('plain');
    expect(step(ann, withDevices(succeeded(succeeded(ann)), [3]))).toBe('plain');
  });

  test('the same card changes nothing', () => {
    expect(step(ann, ann)).toBe('same');
    expect(step(ann, { ...ann, identity: unwrap(verifyIdentity(ann.chain.slice(), null)) })).toBe('same');
  });

  test('a reset after the pin is one, whatever comes after it; one before the pin is none', () => {
    const again = wasReset(ann);
    expect(step(ann, again)).toBe('reset');
    expect(step(ann, withDevices(succeeded(again), [5]))).toBe('reset');
    expect(step(again, withDevices(again, [5]))).toBe('plain');
    expect(step(again, wasReset(again, 9))).toBe('reset');
  });

  test('what is not newer is older', () => {
    const two = withDevices(ann, [1, 2]);
    expect(step(two, ann)).toBe('card_older: 0, known 1');
    expect(step(two, withDevices(ann, [3]))).toBe('card_older: 1, known 1');
    expect(step(wasReset(two), withDevices(two, [1]))).toBe('card_older: 2, known 2');
    expect(step(succeeded(two), two)).toBe('card_older: 1, known 2');
  });

  test('another enrolment, account or key is a fork', () => {
    const other = personOf(acme, 2, [1], ann.account);
    expect(step(ann, withDevices(other, [1, 2]))).toBe('identity_forked: enrolment');
    expect(step(ann, personOf(acme, 2))).toBe('identity_forked: account');
    expect(step(ann, personOf(orgOf(2), 1))).toBe('identity_forked: account');
    const forked = withDevices(withDevices(ann, [1]), [1, 2]);
    expect(step(wasReset(ann), forked)).toBe('identity_forked: uik');
    expect(step(succeeded(ann), wasReset(ann))).toBe('card_older: 1, known 1');
    expect(step(succeeded(ann), withDevices(wasReset(ann), [4]))).toBe('identity_forked: uik');
  });

  test('a reset that is dated before the pin is a fork: an administrator cannot hide it there', () => {
    const pinned = withDevices(withDevices(ann, [1]), [1, 2]);
    const early = wasReset(ann, 66);
    expect(step(pinned, withDevices(withDevices(early, [66]), [66, 67]))).toBe('identity_forked: uik');
  });

  test('a user key never goes back, and a generation has one key', () => {
    const pinned = withNextUserKey(withNextUserKey(ann));
    const back = withDevices(withDevices(withDevices(ann, [1]), [1]), [1]);
    expect(step(pinned, back)).toBe('bad_card: ukGen');
    const other = withOtherUserKey(3);
    expect(step(pinned, other)).toBe('bad_card: uk');
    expect(step(ann, withNextUserKey(ann))).toBe('plain');
  });

  /** Card 4 of ann, of that generation, with a key that was in no card. */
  function withOtherUserKey(ukGen: number): { identity: Identity } {
    const devices = [{ device: testDevice(1).device, dk: testDevice(1).dk.key }];
    const late = withDevices(withDevices(withDevices(ann, [1]), [1]), [1]);
    const content = {
      change: 'update',
      uik: ann.uik.key,
      ukGen,
      uk: userKeyOf(999).key,
      devices,
      issuedAt: 1,
    } as const;
    const card = signCard(acme, composeCard(late.identity, late.identity, content), 'update', ann.uik);
    return { identity: unwrap(verifyIdentity(unwrap(withCard(late.chain, card)), acme.op.key)) };
  }
});

describe('SEAL 2.4: any history', () => {
  type Deed = 'devices' | 'userKey' | 'succeed' | 'reset';
  const deeds = fc.array(fc.constantFrom<Deed>('devices', 'userKey', 'succeed', 'reset'), { maxLength: 7 });

  function live(done: readonly Deed[]): TestPerson[] {
    const lives = [ann];
    for (const [i, deed] of done.entries()) {
      const now = lives.at(-1) as TestPerson;
      if (deed === 'devices') lives.push(withDevices(now, [i + 10]));
      else if (deed === 'userKey') lives.push(withNextUserKey(now));
      else lives.push(deed === 'succeed' ? succeeded(now) : wasReset(now, 20 + i));
    }
    return lives;
  }

  test('advances from every pin to every later one, and never back', () => {
    fc.assert(
      fc.property(deeds, (done) => {
        const lives = live(done);
        for (const [i, pinned] of lives.entries()) {
          for (const [j, next] of lives.entries()) {
            if (j < i) expect(step(pinned, next)).toMatch(/^card_older/);
            else if (i === j) expect(step(pinned, next)).toBe('same');
            else expect(step(pinned, next)).toBe(done.slice(i, j).includes('reset') ? 'reset' : 'plain');
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test('whoever has not the identity key in force makes nothing that advances plainly', () => {
    fc.assert(
      fc.property(deeds, fc.constantFrom('update', 'succeed', 'reset'), fc.nat(6), (done, change, at) => {
        const lives = live(done);
        const pinned = lives.at(-1) as TestPerson;
        const from = lives[at % lives.length] as TestPerson;
        const thief = keyOf(4_242);
        const content = {
          change,
          uik: change === 'update' ? from.uik.key : thief.key,
          ukGen: 400,
          uk: userKeyOf(400).key,
          devices: [],
          issuedAt: 1,
        } as const;
        const made = composeCard(from.identity, { ...from.identity, seq: 500 }, content);
        // With the organisation's key, but not the person's.
        const card = signCard(acme, made, change, thief, thief);
        const chain = withCard(from.chain, card);
        const read = chain.ok ? verifyIdentity(chain.value, acme.op.key) : chain;
        const how = read.ok ? detailOf(advance(pinned.identity, read.value)) : read.refusal.code;
        expect(how).toMatch(/^(bad_signature|too_big|identity_forked|reset)/);
      }),
      { numRuns: 60 },
    );
  });

  test('hostile bytes are refused, and what is read is what was written', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, flip) => {
        const { chain } = withDevices(ann, [1, 2]);
        const damaged = chain.slice();
        damaged[place % damaged.length] = (damaged[place % damaged.length] as number) ^ flip;
        expect(verifyIdentity(damaged, acme.op.key).ok).toBe(false);
        expect(verifyIdentity(chain.slice(0, place % chain.length), acme.op.key).ok).toBe(false);
      }),
    );
    expect(encodeIdentity([])).toEqual(Uint8Array.of(0x80));
  });
});
