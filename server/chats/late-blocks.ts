/**
 * Blocks that were jumped over and come after later ones (PROTOCOL 3.2a): what was held back until an invitation was accepted,
 * while a co-worker was in already. Always holds: `jumps` of a log are the holes in what is stored of it, lowest first; a
 * late block fits between its neighbours, and the log's head stays where it is.
 */
import type { Member } from '../../protocol/chat/state.ts';
import { isForOrganisation, type Rules } from '../../protocol/chat/validity.ts';
import type { OrgId } from '../../protocol/ids.ts';
import { type ReadBlock, readBlock } from '../../protocol/log/block.ts';
import { EMPTY_LOG, fillsGap, headOf, type LogHead } from '../../protocol/log/chain.ts';
import { assert, type Result } from '../../protocol/result.ts';
import type { Statements } from '../db/statements.ts';
import type { HeldChat, HeldLog, Jump } from './held.ts';

interface Stored {
  readonly blockSeq: number;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** The jump that this block would fill. */
export function jumpOver({ jumps }: HeldLog, { block }: ReadBlock): Jump | undefined {
  return jumps.find(({ from, to }) => from <= block.blockSeq && block.blockSeq < to);
}

/** Does it fit between what is stored? Refuses as `fillsGap`. */
export function fitsIn(from: Statements, log: HeldLog, jump: Jump, read: ReadBlock): Result<null> {
  const after = storedAt(from, log, jump.to);
  assert(after, 'a jump ends at a stored block');
  return fillsGap(headBefore(from, log, jump), read, after);
}

/** What is left of a jump when this block has come. */
export function fillJump(log: HeldLog, jump: Jump, { block }: ReadBlock): void {
  const left: Jump = { ...jump, to: block.blockSeq, seq: block.firstSeq - 1, cpos: block.prevCpos };
  const right: Jump = {
    ...jump,
    from: block.blockSeq + 1,
    after: block.firstSeq + block.entries.length - 1,
  };
  const rest = [left, right].filter(({ from, to }) => from < to);
  log.jumps.splice(log.jumps.indexOf(jump), 1, ...rest);
}

/** The lowest jump over something that is for this organisation by now. */
export function wrongJump({ state }: HeldChat, log: HeldLog, org: OrgId, rules: Rules): Jump | undefined {
  return log.jumps.find(({ seq, cpos }) => isForOrganisation(state, org, { logId: log.logId, seq, cpos }, rules));
}

/** Positions at which what is granted to the member begins. */
export function grantedFrom({ grants }: Member): number[] {
  return grants.flatMap(({ openings }) => openings.map(({ from }) => from));
}

const ASKS = 3;
const asked = new WeakMap<Jump, number>();

/**
 * A jump over something that may have been granted to somebody here since. What is in it nobody can tell who has not got it, so
 * it is asked for a few times.
 */
export function grantedJump(from: Statements, held: HeldChat, log: HeldLog, org: OrgId): Jump | undefined {
  const granted = [...held.state.members.values()].flatMap((member) =>
    member.org === org ? member.grants.flatMap(({ openings }) => openings) : [],
  );
  if (granted.length === 0) return undefined;
  const jump = log.jumps.find((each) => {
    const first = headBefore(from, log, each).cpos;
    const isOver = granted.some((opening) => opening.from <= each.cpos && (opening.to === null || first <= opening.to));
    return isOver && (asked.get(each) ?? 0) < ASKS;
  });
  if (jump) asked.set(jump, (asked.get(jump) ?? 0) + 1);
  return jump;
}

function headBefore(from: Statements, log: HeldLog, jump: Jump): LogHead {
  const before = jump.from > 1 ? storedAt(from, log, jump.from - 1) : undefined;
  return before ? headOf(before) : EMPTY_LOG;
}

function storedAt(from: Statements, log: HeldLog, blockSeq: number): ReadBlock | undefined {
  const row = from
    .prepare<[number, number], Stored>('SELECT blockSeq, bytes, signature FROM block WHERE log = ? AND blockSeq = ?')
    .one(log.id, blockSeq);
  if (!row) return undefined;
  const read = readBlock(row);
  assert(read.ok, 'a stored block reads');
  return read.value;
}

/** The jumps of a log as they are stored. */
export function readJumps(from: Statements, log: number): Jump[] {
  const rows = from
    .prepare<[number], Stored & { before: number; firstSeq: number }>(
      `SELECT * FROM (SELECT blockSeq, firstSeq, bytes, signature, lag(blockSeq, 1, 0) OVER (ORDER BY blockSeq) AS before
         FROM block WHERE log = ?) WHERE blockSeq > before + 1 ORDER BY blockSeq`,
    )
    .all(log);
  return rows.map((row) => {
    const read = readBlock(row);
    assert(read.ok, 'a stored block reads');
    return jumpTo(read.value, row.before, seqBefore(from, log, row.before));
  });
}

/** Over everything between the block `before`, whose last entry is `after`, and this one. */
export function jumpTo({ block }: ReadBlock, before: number, after: number): Jump {
  return { from: before + 1, to: block.blockSeq, after, seq: block.firstSeq - 1, cpos: block.prevCpos };
}

function seqBefore(from: Statements, log: number, blockSeq: number): number {
  const row = from
    .prepare<[number, number], Stored>('SELECT blockSeq, bytes, signature FROM block WHERE log = ? AND blockSeq = ?')
    .one(log, blockSeq);
  const read = row && readBlock(row);
  return read?.ok ? headOf(read.value).seq : 0;
}
