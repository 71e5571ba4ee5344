/**
 * Applies acts to a chat that is held here, whoever signed them: the hub's own and those that peers bring (PROTOCOL 4.3).
 * Always holds: the open block of the own log is closed before a new head is cited; after an act the seats say who is in,
 * the logs that it opened are there, and what lies past its cuts does not count.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import type { ReadAct } from '../../protocol/chat/act.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { applyAct, type Change, type Outcome } from '../../protocol/chat/reduce.ts';
import { isFresh } from '../../protocol/chat/sealing.ts';
import { currentInterval, type Member } from '../../protocol/chat/state.ts';
import { taggedHash } from '../../protocol/hash.ts';
import type { OrgId } from '../../protocol/ids.ts';
import type { RequestBody } from '../../protocol/log/entry.ts';
import type { Tx } from '../db/batch.ts';
import type { Log, Signer } from '../ports.ts';
import type { Entries } from './entries.ts';
import type { Feed } from './feed.ts';
import { addLog, type HeldChat, noteAct } from './held.ts';
import { settleBundles, unpackBundles } from './key-bundles.ts';
import type { OwnLogs } from './logs.ts';
import type { People } from './people.ts';

export type Standing = 'invited' | 'member' | 'ended';

export interface ControlLog {
  /** The act must come next and its signature be checked. `looks`: bytes that this or earlier acts commit to. */
  apply(tx: Tx, held: HeldChat, read: ReadAct, looks: readonly Uint8Array[]): Outcome;
  /** Seats and logs of a chat that has just been founded. */
  begin(tx: Tx, held: HeldChat): void;
  /** Stores look bytes, those that one of these requests commits to, or the look in force; they are found by their hash. */
  keepLooks(tx: Tx, held: HeldChat, looks: readonly Uint8Array[], requests: readonly RequestBody[]): void;
}

interface Uses {
  readonly entries: Entries;
  readonly feed: Feed;
  readonly log: Log;
  readonly ownLogs: OwnLogs;
  readonly people: People;
  readonly self: { readonly orgId: OrgId };
  readonly signer: Signer;
  readonly learnChain: (chain: Uint8Array) => void;
}

function standingOf(member: Member): Standing {
  const current = currentInterval(member);
  if (!current) return 'ended';
  return current.accepted === null ? 'invited' : 'member';
}

export function createControlLog({ entries, feed, log, ownLogs, people, self, signer, learnChain }: Uses): ControlLog {
  function apply(tx: Tx, held: HeldChat, read: ReadAct, looks: readonly Uint8Array[]): Outcome {
    ownLogs.close(tx, held);
    keepLooks(tx, held, looks, read.request ? [read.request] : []);
    const { closed: before, suite } = held.state;
    const intent = intentOf(held, read);
    const brings = suite !== 0 && read.request !== null && isFresh(held.state, read.request);
    const outcome = applyAct(held.state, read);
    noteAct(held, read);
    tx.prepare('INSERT INTO act (chat, cpos, bytes, signature) VALUES (?, ?, ?, ?)').run(
      held.id,
      read.act.cpos,
      read.signed.bytes,
      read.signed.signature,
    );
    const arrival = feed.event(tx, 'act', held.id, read.act.cpos, 0);
    // Before what follows from it: a socket takes what is behind its position for told.
    feed.publish(tx, { is: 'act', arrival, held, read, looks: looksOf(tx, held, read) });
    if (!outcome.ok) log.warn('act.no_effect', { code: outcome.code });
    addLogs(tx, held);
    learnChains(tx, read);
    if (outcome.ok) seatChange(tx, held, outcome.change, held.state.closed !== before);
    if (suite !== 0) {
      settleBundles(tx, held, read, brings && outcome.ok, self.orgId);
      unpackBundles(tx, { feed, people, self }, held);
    }
    entries.applyCuts(tx, held, cutsOf(read, intent));
    return outcome;
  }

  /** Invitations bring the record chains of the organisations that they bring in. */
  function learnChains(tx: Tx, read: ReadAct): void {
    for (const intent of read.request?.intents ?? []) {
      if (intent.is === 'invite' && intent.orgChain.length > 0) tx.afterCommit(() => learnChain(intent.orgChain));
    }
  }

  function addLogs(tx: Tx, held: HeldChat): void {
    for (const each of held.state.logs.values()) {
      if (!held.logs.has(each.logId))
        addLog(tx, held, each.logId, each.org, each.key ?? (each.org === self.orgId ? signer.publicKey : null));
    }
  }

  function seatChange(tx: Tx, held: HeldChat, change: Change, closed: boolean): void {
    if (closed) {
      for (const member of held.state.members.values()) seat(tx, held, member);
      return;
    }
    if (!('account' in change)) return;
    const member = held.state.members.get(`${change.org}/${change.account}`);
    if (member) seat(tx, held, member);
  }

  function seat(tx: Tx, held: HeldChat, member: Member): void {
    const person = people.number(tx, member.org, member.account);
    const invitedHlc = member.intervals.at(-1)?.invitedHlc ?? 0;
    const consented = held.state.kind === 'direct' ? 0 : 1;
    tx.prepare(
      `INSERT INTO seat (person, chat, standing, consented, invitedHlc) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (person, chat) DO UPDATE SET standing = excluded.standing, invitedHlc = excluded.invitedHlc`,
    ).run(person, held.id, standingOf(member), consented, invitedHlc);
    feed.publish(tx, { is: 'seat', arrival: feed.event(tx, 'seat', held.id, person, 0), held, person });
  }

  function keepLooks(tx: Tx, held: HeldChat, looks: readonly Uint8Array[], requests: readonly RequestBody[]): void {
    const inForce = held.state.look ? [held.state.look.hash] : [];
    const wanted = [...inForce, ...requests.flatMap(looksIn)];
    for (const bytes of looks) {
      const hash = taggedHash('look', bytes);
      if (!wanted.some((each) => equalBytes(each, hash))) continue;
      tx.prepare('INSERT OR IGNORE INTO look (chat, hash, bytes) VALUES (?, ?, ?)').run(held.id, hash, bytes);
    }
  }

  return {
    apply,
    keepLooks,
    begin(tx, held) {
      addLogs(tx, held);
      for (const member of held.state.members.values()) seat(tx, held, member);
    },
  };
}

/** The intent that the act orders. Before it is applied: later ones of a request stand in the body that the first one brought. */
function intentOf({ state }: HeldChat, { act: { cause }, request }: ReadAct): Intent | undefined {
  return cause.is === 'request' ? (request ?? state.open?.body)?.intents[cause.index] : undefined;
}

/** Where an act bites: its cuts; for a leave the fin itself, and for what may take a device away the request (SEAL 4.4). */
function cutsOf({ act: { cause, cuts } }: ReadAct, intent: Intent | undefined) {
  const bites = cause.is === 'fin' || intent?.is === 'keys' || intent?.is === 'accept';
  return bites && cause.is !== 'hub' ? [...cuts, { logId: cause.logId, seq: cause.seq }] : cuts;
}

/** The look bytes that the act's request commits to, as far as they are here. */
export function looksOf(from: Pick<Tx, 'prepare'>, held: HeldChat, read: ReadAct): Uint8Array[] {
  return (read.request ? looksIn(read.request) : []).flatMap((hash) => {
    const row = from
      .prepare<[number, Uint8Array], { bytes: Uint8Array }>('SELECT bytes FROM look WHERE chat = ? AND hash = ?')
      .one(held.id, hash);
    return row ? [row.bytes] : [];
  });
}

/** Hashes of the looks that the request commits to. */
function looksIn({ intents }: RequestBody): Uint8Array[] {
  return intents.flatMap((intent) => (intent.is === 'look' ? [intent.hash] : []));
}
