/**
 * What the account keeps for itself (protocol/api/personal.ts), as this client knows it. Always holds: what was decided here is shown
 * at once, and outlives the program until the node has it; of what the node says, the newest revision of each key stays.
 */
import type { PersonalChange, PersonalRow, PersonalSettings } from '../../protocol/api/personal.ts';
import { Fault } from '../../protocol/result.ts';
import type { Api } from './api.ts';
import type { Chat, Desk } from './desk.ts';
import { STORE } from './keys.ts';
import type { Answer } from './model.ts';
import { type OfChat, type PersonalWish, UNTOUCHED } from './of-chat.ts';
import type { Change, Clock, Store } from './ports.ts';
import { DONE } from './refusal.ts';

export interface Personal {
  open(): Promise<void>;
  /** What came by the socket. */
  take(rows: readonly PersonalRow[]): Promise<void>;
  /** Brings the node what waits here, and asks for what changed meanwhile. Throws `Fault`. */
  renew(): Promise<void>;
  /** Done when it is kept here. */
  change(wishes: readonly PersonalWish[]): Promise<Answer<null>>;
}

interface PersonalParts {
  readonly api: Api;
  readonly store: Store;
  readonly desk: Desk;
  readonly clock: Pick<Clock, 'now'>;
  readonly changed: (chat: Chat | null) => void;
  readonly report: (error: unknown) => void;
}

/** As the store keeps it: what the node said, and what it has not heard yet. */
interface Kept {
  readonly row: PersonalRow | null;
  readonly waiting: PersonalChange | null;
}

export function ofChat(desk: Desk, { record }: Chat): OfChat {
  return desk.personal.get(record.summary.chat) ?? UNTOUCHED;
}

export function createPersonal({ api, store, desk, clock, changed, report }: PersonalParts): Personal {
  const kept = new Map<string, Kept>();
  let revision = 0;
  let sending: Promise<void> = Promise.resolve();

  function show({ row, waiting }: Kept): void {
    const now = waiting ?? row;
    if (!now) return;
    if (now.chat === null) desk.settings = now.value as PersonalSettings;
    else desk.personal.set(now.chat, { ...(desk.personal.get(now.chat) ?? UNTOUCHED), [now.key]: now.value });
    changed(now.chat === null ? null : (desk.chats.get(now.chat) ?? null));
  }

  function put(key: string, next: Kept): Change {
    kept.set(key, next);
    show(next);
    return { key: STORE.personalRow(key), value: next };
  }

  function takeRow(row: PersonalRow): Change[] {
    const key = keyOf(row);
    const before = kept.get(key);
    if (before?.row && before.row.revision >= row.revision) return [];
    return [put(key, { row, waiting: before?.waiting ?? null })];
  }

  async function take(rows: readonly PersonalRow[]): Promise<void> {
    const changes = rows.flatMap(takeRow);
    if (changes.length > 0) await store.write(changes);
  }

  /** One after the other, so that the newest decision is not overtaken by one before it. */
  function bring(): Promise<void> {
    sending = sending.then(bringAll, bringAll);
    return sending;
  }

  async function bringAll(): Promise<void> {
    for (const [key, { waiting }] of [...kept]) {
      if (!waiting) continue;
      const answer = await api.call('PUT /api/v1/me/personal', { body: { changes: [waiting] } });
      const before = kept.get(key);
      // Decided anew while the node was asked: that comes next.
      const still = before?.waiting === waiting ? null : (before?.waiting ?? null);
      const row = answer.ok ? (answer.value.rows[0] ?? null) : (before?.row ?? null);
      if (!answer.ok) forgetShown(waiting);
      await store.write([put(key, { row: newer(before?.row ?? null, row), waiting: still })]);
    }
  }

  /** The node refused it: as if it had never been decided. */
  function forgetShown({ chat, key }: PersonalChange): void {
    const shown = chat && desk.personal.get(chat);
    if (shown) desk.personal.set(chat, { ...shown, [key]: UNTOUCHED[key as keyof OfChat] });
  }

  return {
    async open() {
      for (const each of (await store.list(STORE.personal)) as Kept[]) {
        const now = each.waiting ?? each.row;
        if (!now) continue;
        kept.set(keyOf(now), each);
        revision = Math.max(revision, each.row?.revision ?? 0);
        show(each);
      }
    },
    take,
    async renew() {
      await bring();
      const answer = await api.call('GET /api/v1/me/personal', { query: { after: revision } });
      if (!answer.ok) throw new Fault(`the own settings were refused: ${answer.refusal.code}`);
      revision = answer.value.revision;
      await take(answer.value.rows);
    },
    async change(wishes) {
      const at = clock.now();
      const changes = wishes.map((wish) => {
        const waiting = { ...wish, at } as PersonalChange;
        return put(keyOf(waiting), { row: kept.get(keyOf(waiting))?.row ?? null, waiting });
      });
      await store.write(changes);
      // Offline it waits for the next connection.
      void bring().catch((error: unknown) => error instanceof Fault || report(error));
      return DONE;
    },
  };
}

function keyOf({ chat, key }: Pick<PersonalChange, 'chat' | 'key'>): string {
  return `${chat ?? ''}/${key}`;
}

function newer(one: PersonalRow | null, other: PersonalRow | null): PersonalRow | null {
  return one && other && one.revision > other.revision ? one : (other ?? one);
}
