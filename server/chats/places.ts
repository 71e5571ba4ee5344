/**
 * Where an own account writes in a chat, and what it wrote before under the same id. Always holds: whoever is not in the chat gets
 * `not_found` before anything else is looked at.
 */
import { openLogOf } from '../../protocol/chat/state.ts';
import { type Rules, whySuite } from '../../protocol/chat/validity.ts';
import type { AccountId, ChatId, DeviceId, OrgId } from '../../protocol/ids.ts';
import { type Body, decodeBody, type EntryKind } from '../../protocol/log/entry.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Cache } from './cache.ts';
import { voidCode } from './entries.ts';
import type { EntryRow } from './feed.ts';
import type { Gate, Seat } from './gate.ts';
import type { HeldChat, HeldLog } from './held.ts';

/** Who asks: an account of this organisation, on one of its devices. */
export interface Author {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly administrator: boolean;
  readonly mayBringOutsiders: boolean;
}

export interface Place {
  readonly held: HeldChat;
  readonly log: HeldLog;
  readonly seat: Seat;
}

export interface Places {
  /** Refuses `not_found` for whoever is not in the chat, and what stopped it. */
  at(tx: Tx, account: AccountId, chatId: ChatId): Place;
  /** As `at`; refuses `suite_not_allowed` where nothing may be said any more as it is (SEAL 5.5). */
  toWrite(tx: Tx, account: AccountId, chatId: ChatId): Place;
  /** The entry that this submission is a retry of, unless it does not count (PROTOCOL 3.4). */
  before(tx: Tx, person: number, submissionId: Uint8Array): EntryRow | undefined;
}

interface Uses {
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly gate: Gate;
  readonly rules: Rules;
}

export function createPlaces({ self, cache, gate, rules }: Uses): Places {
  function at(tx: Tx, account: AccountId, chatId: ChatId): Place {
    const seat = gate(tx, account, chatId);
    if (!seat) throw new Refused('not_found');
    const held = cache.byNumber(tx, seat.chat);
    if (held.stopped) throw new Refused(held.stopped);
    const open = openLogOf(held.state, self.orgId);
    const log = open && held.logs.get(open.logId);
    if (!log) throw new Refused(held.state.closed ? 'chat_closed' : 'not_member');
    return { held, log, seat };
  }

  return {
    at,
    toWrite(tx, account, chatId) {
      const here = at(tx, account, chatId);
      const { kind, suite } = here.held.state;
      const refused = whySuite(kind, suite, rules);
      if (refused) throw new Refused(refused);
      return here;
    },
    before(tx, person, submissionId) {
      const row = tx
        .prepare<[number, Uint8Array], EntryRow>(
          'SELECT * FROM entry WHERE arrival = (SELECT arrival FROM ownEntry WHERE person = ? AND entryId = ?)',
        )
        .one(person, submissionId);
      return row && rules.once && voidCode(row.state) === null ? row : undefined;
    },
  };
}

type BodyOf<K extends EntryKind> = { [T in EntryKind]: Extract<Body, { kind: T }>['body'] }[K];

/** `read`: where it was decoded before. Refuses what does not decode, and another author than the one who asks. */
export function bodyOf<K extends EntryKind>(
  kind: K,
  bytes: Uint8Array,
  author: Pick<Author, 'account' | 'device'>,
  read: Result<Body> = decodeBody(kind, bytes),
): BodyOf<K> {
  if (!read.ok) throw new Refused(read.refusal.code, read.refusal.detail);
  const { body } = read.value;
  if (body.account !== author.account || body.device !== author.device)
    throw new Refused('bad_input', 'account and device are those of the session');
  return body as BodyOf<K>;
}

/** A retry may come when the log that took the entry has been sealed, and another is open. */
export function logOf({ logs }: HeldChat, row: EntryRow): HeldLog {
  for (const log of logs.values()) if (log.id === row.log) return log;
  throw new Error('bug: an entry without its log');
}
