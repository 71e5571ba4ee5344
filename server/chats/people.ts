/** Members as small numbers: the rows of `person`, so that an entry names its author in a byte or two. */
import { type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import type { AccountId, OrgId } from '../../protocol/ids.ts';
import { assert } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Statements } from '../db/statements.ts';

export interface PersonRef {
  readonly org: OrgId;
  readonly account: AccountId;
}

export interface People {
  /** The number, made if it is new. */
  number(tx: Tx, org: OrgId, account: AccountId): number;
  /** The number, if there is one. */
  find(org: OrgId, account: AccountId): number | undefined;
  /** `from` must be the work's `tx` inside a work. */
  get(from: Statements, number: number): PersonRef;
}

const KEPT = 50_000;

export function createPeople(db: Database): People {
  const numbers = new Map<MemberKey, number>();
  const refs = new Map<number, PersonRef>();

  function keep(id: number, ref: PersonRef): number {
    if (refs.size >= KEPT) {
      numbers.clear();
      refs.clear();
    }
    numbers.set(memberKey(ref.org, ref.account), id);
    refs.set(id, ref);
    return id;
  }

  return {
    number(tx, org, account) {
      const known = numbers.get(memberKey(org, account));
      if (known !== undefined) return known;
      const row = tx
        .prepare<[string, string], { id: number }>('SELECT id FROM person WHERE org = ? AND account = ?')
        .one(org, account);
      const id = row?.id ?? tx.prepare('INSERT INTO person (org, account) VALUES (?, ?)').run(org, account).lastId;
      // A new row may still be rolled back.
      if (row) keep(id, { org, account });
      else tx.afterCommit(() => keep(id, { org, account }));
      return id;
    },
    find(org, account) {
      const known = numbers.get(memberKey(org, account));
      if (known !== undefined) return known;
      const row = db.read
        .prepare<[string, string], { id: number }>('SELECT id FROM person WHERE org = ? AND account = ?')
        .one(org, account);
      return row ? keep(row.id, { org, account }) : undefined;
    },
    get(from, number) {
      const known = refs.get(number);
      if (known) return known;
      const row = from.prepare<[number], PersonRef>('SELECT org, account FROM person WHERE id = ?').one(number);
      assert(row, `person ${number}`);
      return row;
    },
  };
}
