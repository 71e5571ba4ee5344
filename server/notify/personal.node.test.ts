import { expect, test } from 'vitest';
import { idFromBytes } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { openFixture } from '../../test/fixtures/accounts.ts';
import { createPersonal } from './personal.ts';

test('all drafts of an account together have a limit, and one that replaces another counts once', async () => {
  const fixture = await openFixture();
  const { account } = await fixture.person('ann');
  const personal = createPersonal({ ...fixture, isSeen: () => true });
  const value = 'A'.repeat(Math.ceil((LIMITS.draftBytes * 4) / 3));
  const put = (nth: number) =>
    personal.change(account.accountId, [
      { chat: idFromBytes('chat', new Uint8Array(32).fill(nth)), key: 'draft', value, at: 1 },
    ]);
  const most = LIMITS.draftBytesPerAccount / LIMITS.draftBytes;
  for (let nth = 0; nth < most - 1; nth++) expect((await put(nth)).ok).toBe(true);
  expect((await put(0)).ok).toBe(true);
  // The last one does not fit by a few letters: each is rounded up.
  expect(await put(most)).toMatchObject({ ok: false, refusal: { code: 'too_big' } });
  await fixture.end();
});
