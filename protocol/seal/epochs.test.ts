/** SEAL 4.2, 4.3, 4.8: which keys there are, and who can derive them. */
import { describe, expect, test } from 'vitest';
import type { Segment, SegmentKind } from '../chat/segment.ts';
import { bytesOf, idOf, unwrap } from '../testing/orgs.ts';
import { commitOf, derive } from './derive.ts';
import { createEpochs, type KnownSecret } from './epochs.ts';

const chatId = idOf('chat', 1);
const [one, two] = [bytesOf(32, 1), bytesOf(32, 2)];
const next = (secret: Uint8Array, times = 1): Uint8Array =>
  times === 0 ? secret : next(derive(secret, 'next'), times - 1);

function segment(at: number, kind: SegmentKind, secret: Uint8Array | null = null): Segment {
  return { at, kind, commit: secret && commitOf(secret, chatId, at) };
}

/** rekey at 2, invite at 4 (committed), tick at 7, invite at 9 (without), rekey at 12, tick at 15 */
const chat = [
  segment(2, 'rekey', one),
  segment(4, 'invite', next(one)),
  segment(7, 'tick'),
  segment(9, 'invite'),
  segment(12, 'rekey', two),
  segment(15, 'tick'),
];
const epochsOf = (segments: readonly Segment[] = chat) => createEpochs(chatId, () => segments);
const known = (at: number, secret: Uint8Array): KnownSecret => ({ at, secret });
const refused = (code: string) => ({ ok: false, refusal: { code } });

describe('SEAL 4.2: secrets', () => {
  test('stay what they are between segments, and follow one way from segment to segment up to the next rekey', () => {
    const epochs = epochsOf();
    unwrap(epochs.learn(known(2, one)));
    expect(epochs.secretAt(1)).toBeNull();
    expect([2, 3].map((p) => epochs.secretAt(p))).toEqual([one, one]);
    expect([4, 6].map((p) => epochs.secretAt(p))).toEqual([next(one), next(one)]);
    expect([7, 8].map((p) => epochs.secretAt(p))).toEqual([next(one, 2), next(one, 2)]);
    expect([9, 11].map((p) => epochs.secretAt(p))).toEqual([next(one, 3), next(one, 3)]);
    expect([12, 15, 99].map((p) => epochs.secretAt(p))).toEqual([null, null, null]);
  });

  test('who was let in later derives nothing earlier', () => {
    const epochs = epochsOf();
    unwrap(epochs.learn(known(7, next(one, 2))));
    expect([2, 4, 6].map((p) => epochs.secretAt(p))).toEqual([null, null, null]);
    expect(epochs.secretAt(9)).toEqual(next(one, 3));
  });

  test('who returns derives nothing of what lay between', () => {
    const segments = [segment(1, 'rekey', one), segment(5, 'rekey', two), segment(9, 'invite'), segment(11, 'tick')];
    const epochs = epochsOf(segments);
    unwrap(epochs.learn(known(1, one)));
    unwrap(epochs.learn(known(9, next(two))));
    expect([1, 4].map((p) => epochs.secretAt(p))).toEqual([one, one]);
    expect([5, 8].map((p) => epochs.secretAt(p))).toEqual([null, null]);
    expect(epochs.secretAt(11)).toEqual(next(two, 2));
  });

  test('segments that come later are followed', () => {
    const segments = [segment(2, 'rekey', one)];
    const epochs = createEpochs(chatId, () => segments);
    unwrap(epochs.learn(known(2, one)));
    segments.push(segment(3, 'tick'), segment(8, 'rekey', two));
    expect(epochs.secretAt(3)).toEqual(next(one));
    expect(epochs.secretAt(8)).toBeNull();
  });

  test('a private chat has none before its first rekey', () => {
    const epochs = epochsOf([segment(1, 'invite')]);
    expect(epochs.secretAt(1)).toBeNull();
    expect(epochs.contentAt(1, bytesOf(32, 1))).toMatchObject(refused('no_key'));
  });

  test('the secret of a direct chat is there from 0 and follows', () => {
    const epochs = createEpochs(chatId, () => [segment(0, 'direct'), segment(3, 'tick')], one);
    expect(epochs.secretAt(0)).toEqual(one);
    expect(epochs.secretAt(3)).toEqual(next(one));
    expect(epochsOf([segment(0, 'direct')]).secretAt(0)).toBeNull();
  });

  test('a thousand segments are no burden', () => {
    const segments = [segment(1, 'rekey', one), ...Array.from({ length: 1_000 }, (_, i) => segment(i + 2, 'tick'))];
    const epochs = epochsOf(segments);
    unwrap(epochs.learn(known(1, one)));
    expect(epochs.secretAt(1_001)).toEqual(next(one, 1_000));
  });
});

describe('SEAL 4.3: what is made of a secret', () => {
  test('content is of one history: another hash of the act gives another key', () => {
    const epochs = epochsOf();
    unwrap(epochs.learn(known(2, one)));
    const [here, there] = [bytesOf(32, 7), bytesOf(32, 8)];
    expect(unwrap(epochs.contentAt(3, here))).toEqual(derive(one, 'content', here));
    expect(unwrap(epochs.contentAt(3, there))).not.toEqual(unwrap(epochs.contentAt(3, here)));
    expect(unwrap(epochs.lookKeyAt(5))).toEqual(derive(next(one), 'look'));
    expect(epochs.lookKeyAt(12)).toMatchObject(refused('no_key'));
  });
});

describe('SEAL 4.8: what is believed', () => {
  test('of a rekey only what fits its commitment', () => {
    const epochs = epochsOf();
    expect(epochs.learn(known(2, two))).toMatchObject(refused('bad_wrap'));
    expect(epochs.secretAt(2)).toBeNull();
    expect(epochsOf([{ at: 2, kind: 'rekey', commit: null }]).learn(known(2, one))).toMatchObject(refused('bad_wrap'));
  });

  test('of another segment only what fits its own commitment and every later one up to the next rekey', () => {
    expect(epochsOf().learn(known(4, two))).toMatchObject(refused('bad_wrap'));
    const late = [segment(4, 'invite'), segment(6, 'tick'), segment(9, 'invite', next(one, 2))];
    expect(epochsOf(late).learn(known(4, two))).toMatchObject(refused('bad_wrap'));
    expect(epochsOf(late).learn(known(4, one))).toMatchObject({ ok: true });
    const beyond = [segment(4, 'invite'), segment(6, 'rekey', two), segment(9, 'invite', next(two))];
    expect(epochsOf(beyond).learn(known(4, one))).toMatchObject({ ok: true });
  });

  test('what a commitment that comes later contradicts is dropped, with all that derived from it', () => {
    const segments = [segment(4, 'invite'), segment(6, 'tick')];
    const epochs = createEpochs(chatId, () => segments);
    unwrap(epochs.learn(known(4, two)));
    expect(epochs.secretAt(6)).toEqual(next(two));
    segments.push(segment(9, 'invite', next(one, 2)));
    expect([4, 6, 9].map((p) => epochs.secretAt(p))).toEqual([null, null, null]);
    expect(epochs.learn(known(4, one))).toMatchObject({ ok: true });
    expect(epochs.secretAt(9)).toEqual(next(one, 2));
  });

  test('a wrong commitment beside an invite does not shake what comes from a rekey', () => {
    const segments = [segment(2, 'rekey', one), segment(4, 'invite', two)];
    const before = createEpochs(chatId, () => segments.slice(0, 1));
    unwrap(before.learn(known(2, one)));
    const epochs = epochsOf(segments);
    unwrap(epochs.learn(known(2, one)));
    expect(epochs.secretAt(4)).toEqual(next(one));
    const growing = [segment(2, 'rekey', one)];
    const later = createEpochs(chatId, () => growing);
    unwrap(later.learn(known(2, one)));
    growing.push(segment(4, 'invite', two));
    expect(later.secretAt(4)).toEqual(next(one));
  });

  test('what a rekey gives replaces what was merely handed over; never the other way round', () => {
    const segments = [segment(2, 'rekey', one), segment(4, 'invite'), segment(6, 'tick')];
    const epochs = epochsOf(segments);
    unwrap(epochs.learn(known(4, two)));
    unwrap(epochs.learn(known(2, one)));
    expect([4, 6].map((p) => epochs.secretAt(p))).toEqual([next(one), next(one, 2)]);
    expect(epochs.learn(known(4, two))).toMatchObject(refused('bad_wrap'));
    expect(epochs.learn(known(4, next(one)))).toMatchObject({ ok: true });
  });

  test('of two that were merely handed over the later stands, whichever was tried first', () => {
    const segments = [segment(4, 'invite'), segment(6, 'tick')];
    for (const order of [
      [known(4, one), known(4, two)],
      [known(4, two), known(4, one)],
    ] as const) {
      const epochs = epochsOf(segments);
      const results = order.map((each) => epochs.learn(each, each.secret === one ? 8 : 5).ok);
      expect(results).toEqual([true, order[1].secret === one]);
      expect([4, 6].map((p) => epochs.secretAt(p))).toEqual([one, next(one)]);
    }
    const epochs = epochsOf(segments);
    unwrap(epochs.learn(known(6, one)));
    expect(epochs.learn(known(4, two))).toMatchObject(refused('bad_wrap'));
    expect(epochs.learn(known(6, two))).toMatchObject(refused('bad_wrap'));
    expect(epochs.secretAt(6)).toEqual(one);
    unwrap(epochs.learn(known(4, two), 7));
    expect([4, 6].map((p) => epochs.secretAt(p))).toEqual([two, next(two)]);
  });

  test('one that a later one contradicts is dropped with all that it gave, also before that', () => {
    const epochs = epochsOf([segment(4, 'invite'), segment(6, 'tick')]);
    unwrap(epochs.learn(known(4, two), 4));
    unwrap(epochs.learn(known(6, one), 9));
    expect([4, 6].map((p) => epochs.secretAt(p))).toEqual([null, one]);
  });

  test('what is handed over again counts as of the later act', () => {
    const epochs = epochsOf([segment(4, 'invite'), segment(6, 'tick')]);
    unwrap(epochs.learn(known(4, one), 4));
    unwrap(epochs.learn(known(6, next(one)), 10));
    unwrap(epochs.learn(known(4, one), 10));
    expect(epochs.learn(known(4, two), 7)).toMatchObject(refused('bad_wrap'));
    expect(epochs.learn(known(6, two), 7)).toMatchObject(refused('bad_wrap'));
    expect([4, 6].map((p) => epochs.secretAt(p))).toEqual([one, next(one)]);
  });

  test('what a rekey bears out stays whatever a later commitment says, also where it was handed over before', () => {
    const segments = [segment(2, 'rekey', one), segment(4, 'invite'), segment(6, 'tick')];
    const epochs = createEpochs(chatId, () => segments);
    unwrap(epochs.learn(known(4, next(one))));
    unwrap(epochs.learn(known(2, one)));
    segments.push(segment(9, 'invite', two));
    expect([4, 6, 9].map((p) => epochs.secretAt(p))).toEqual([1, 2, 3].map((times) => next(one, times)));
  });

  test('a later commitment drops also an earlier secret that gives the same', () => {
    const segments = [segment(4, 'invite'), segment(6, 'tick')];
    const epochs = createEpochs(chatId, () => segments);
    unwrap(epochs.learn(known(6, next(two))));
    unwrap(epochs.learn(known(4, two)));
    segments.push(segment(9, 'invite', next(one, 2)));
    expect([4, 6, 9].map((p) => epochs.secretAt(p))).toEqual([null, null, null]);
  });

  test('nothing for a position at which no segment begins, of another length, or for a direct chat', () => {
    expect(epochsOf().learn(known(3, one))).toMatchObject(refused('bad_wrap'));
    expect(epochsOf().learn(known(1, one))).toMatchObject(refused('bad_wrap'));
    expect(epochsOf([segment(4, 'invite')]).learn(known(4, bytesOf(31, 1)))).toMatchObject(refused('bad_wrap'));
    expect(epochsOf([segment(0, 'direct')]).learn(known(0, one))).toMatchObject(refused('bad_wrap'));
  });
});
