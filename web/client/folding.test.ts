// SEAL 5.3: what was said of a message comes to the same, whatever order it came in, and from whomever.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memberKey } from '../../protocol/chat/state.ts';
import { idFromBytes } from '../../protocol/ids.ts';
import { fold, KEPT_VERSIONS, REACTIONS_EACH, type Remark } from './folding.ts';
import { type Aside, isEmoji, readSaid, type Target } from './said.ts';

const entryOf = (number: number) => idFromBytes('entry', new Uint8Array(16).fill(number));
const orgOf = (number: number) => idFromBytes('org', new Uint8Array(32).fill(number));
const accountOf = (number: number) => idFromBytes('account', new Uint8Array(16).fill(number));
const people = [1, 2, 3].map((number) => ({ org: orgOf(number % 2), account: accountOf(number) }));
const [ann, ben] = people.map(({ org, account }) => memberKey(org, account)) as [never, never];
const target: Target = { ...(people[0] as (typeof people)[number]), entry: entryOf(1) };
const EMOJI = [...'👍🎉🙂😀😃😄😁😆😅🤣😂🙃😉😊😇🥰😍🤩😘😗😚😙'];

let count = 0;
function remark(by: typeof ann, hlc: number, said: Partial<Aside>): Remark {
  count += 1;
  const place = { hlc, org: orgOf(0), seq: count };
  return { ...place, by, at: hlc, entryId: null, mentions: [], queued: false, said: { target, ...said } as Aside };
}
const edit = (by: typeof ann, hlc: number, text: string) => remark(by, hlc, { type: 'edit', text });
const react = (by: typeof ann, hlc: number, emoji: string, on = true) => remark(by, hlc, { type: 'react', emoji, on });

const anyRemark = fc
  .record({
    hlc: fc.nat(6),
    org: fc.constantFrom(orgOf(0), orgOf(1)),
    seq: fc.nat(3),
    by: fc.constantFrom(...people.map(({ org, account }) => memberKey(org, account))),
    entryId: fc.constantFrom(entryOf(1), entryOf(2), entryOf(3), entryOf(4)),
    said: fc.oneof(
      fc.record({ type: fc.constant('edit' as const), target: fc.constant(target), text: fc.string({ maxLength: 3 }) }),
      fc.record({
        type: fc.constant('react' as const),
        target: fc.constant(target),
        emoji: fc.constantFrom('👍', '🎉'),
        on: fc.boolean(),
      }),
      fc.record({ type: fc.constant('pin' as const), target: fc.constant(target), on: fc.boolean() }),
    ),
  })
  .map((one): Remark => ({ ...one, at: one.hlc, mentions: [], queued: false }));

/** No two entries stand at the same place of one organisation's log. */
const someRemarks = fc.uniqueArray(anyRemark, {
  maxLength: 14,
  selector: ({ org, hlc, seq }) => `${org} ${hlc} ${seq}`,
});

describe('what was said of a message', () => {
  test('comes to the same in any order, and however often it came', () => {
    const shuffled = someRemarks.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all)),
    );
    fc.assert(
      fc.property(shuffled, ([all, mixed, again]) => {
        expect(fold(ann, [...mixed, ...again])).toEqual(fold(ann, all));
      }),
    );
  });

  test('is never changed by an edit of somebody else', () => {
    fc.assert(
      fc.property(someRemarks, (some) => {
        const isForeign = ({ by, said }: Remark) => said.type === 'edit' && by !== ann;
        const all = some.map((one) => (isForeign(one) ? { ...one, entryId: null } : one));
        const own = all.filter((one) => !isForeign(one));
        expect(fold(ann, all)).toEqual(fold(ann, own));
      }),
    );
  });

  test('is its last edit in display order, and keeps the texts between', () => {
    const folded = fold(ann, [edit(ann, 30, 'third'), edit(ann, 10, 'first'), edit(ann, 20, 'second')]);
    expect(folded.edit).toMatchObject({ text: 'third', at: 30 });
    expect(folded.between.map(({ text }) => text)).toEqual(['first', 'second']);
    const many = Array.from({ length: 500 }, (_, n) => edit(ann, n, `${n}`));
    expect(fold(ann, many).between).toHaveLength(KEPT_VERSIONS - 1);
  });

  test('shows an edit that waits in the outbox as the last', () => {
    const waits = { ...edit(ann, 1, 'waits'), queued: true };
    expect(fold(ann, [waits, edit(ann, 99, 'stored')]).edit?.text).toBe('waits');
  });

  test('has of each person and emoji the last word', () => {
    const all = [react(ann, 1, '👍'), react(ben, 2, '👍'), react(ann, 3, '👍', false), react(ben, 4, '🎉')];
    expect(fold(ann, all).reactions).toEqual([
      { emoji: '👍', people: [ben] },
      { emoji: '🎉', people: [ben] },
    ]);
    expect(fold(ann, [...all, react(ben, 5, '👍')]).reactions[0]?.emoji).toBe('👍');
  });

  test(`takes ${REACTIONS_EACH} emoji of one person, and counts those of others apart`, () => {
    const all = EMOJI.map((emoji, at) => react(ben, at, emoji));
    expect(fold(ann, all).reactions).toHaveLength(REACTIONS_EACH);
    const last = EMOJI[REACTIONS_EACH + 1] as string;
    expect(fold(ann, [...all, react(ann, 99, last)]).reactions).toHaveLength(REACTIONS_EACH + 1);
  });

  test('is pinned as the last who pinned or unpinned it said', () => {
    const pin = (hlc: number, on: boolean) => remark(ben, hlc, { type: 'pin', on });
    expect(fold(ann, [pin(1, true)]).pinned).toEqual({ by: ben, at: 1 });
    expect(fold(ann, [pin(2, false), pin(1, true)]).pinned).toBeNull();
  });
});

describe('what others wrote', () => {
  const hostile: [string, Record<string, unknown>][] = [
    ['a target that is none', { type: 'edit', target: { entry: 'x', org: 1 }, text: 'y' }],
    ['an edit without a text', { type: 'edit', target }],
    ['a reaction that is a text', { type: 'react', target, emoji: 'ok', on: true }],
    ['two emoji', { type: 'react', target, emoji: '👍👍', on: true }],
    ['a thousand marks', { type: 'react', target, emoji: `a${'\u0301'.repeat(1000)}`, on: true }],
    ['a reaction that is neither on nor off', { type: 'react', target, emoji: '👍' }],
    ['a pin of nothing', { type: 'pin', on: true }],
  ];
  test.each(hostile)('%s is broken', (_, value) => {
    expect(readSaid(value)).toBeNull();
  });

  test('a reply to nothing that could be is a message all the same', () => {
    const more = { replyTo: { entry: '../x' }, forwarded: { name: 5, organisation: null } };
    expect(readSaid({ type: 'text', text: 'hello', ...more })).toEqual({ type: 'text', text: 'hello' });
  });

  test('one emoji is what people see as one', () => {
    expect(['👍', '❤️', '👩‍🚀', '🇨🇭', '1️⃣'].every(isEmoji)).toBe(true);
    expect(['', 'a', '1', '👍a', '\u202e', '🇨'].some(isEmoji)).toBe(false);
  });

  test('anything at all gives an answer', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.anything()), (value) => typeof readSaid(value) !== 'string'));
    const like = fc.record({
      type: fc.constantFrom('text', 'edit', 'react', 'pin'),
      target: fc.anything(),
      text: fc.anything(),
    });
    fc.assert(fc.property(like, (value) => readSaid(value) !== undefined));
  });
});
