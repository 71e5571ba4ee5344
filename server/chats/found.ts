/**
 * Founding chats (PROTOCOL 4.1): the general chat at the first start, public and private ones by a member, direct ones by
 * either side. Always holds: a founded chat names this organisation's key and the member who asks; a pair has one direct chat.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import {
  chatIdOf,
  DEFAULT_POLICY,
  type DirectGenesis,
  decodeGenesis,
  type Founded,
  type Genesis,
  genesis,
} from '../../protocol/chat/genesis.ts';
import { judgeRequest } from '../../protocol/chat/reduce.ts';
import { foundChat } from '../../protocol/chat/state.ts';
import { type Rules, whySuite } from '../../protocol/chat/validity.ts';
import { encode } from '../../protocol/codec.ts';
import { signedBytes } from '../../protocol/hash.ts';
import { hlcFromMs, hlcMs } from '../../protocol/hlc.ts';
import { verifyIdentity } from '../../protocol/identity/identity-chain.ts';
import { type AccountId, type ChatId, idFromBytes, type OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { decodeBody, SUITE } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Clock, Random, Signer } from '../ports.ts';
import { type Cache, workOrRefuse } from './cache.ts';
import type { ControlLog } from './control.ts';
import type { HeldChat } from './held.ts';
import { loadChat, readChatRow } from './load.ts';
import type { People } from './people.ts';
import type { Author } from './places.ts';

export interface Founding {
  /** The general chat, made if there is none yet. */
  general(): Promise<ChatId>;
  /**
   * Stores the chat that this genesis makes; a direct one that is here already is taken as it is. `request`: the body of the
   * first request, which follows: what would be refused there is refused here, so that no empty chat is left.
   */
  chat(author: Author, genesisBytes: Uint8Array, request?: Uint8Array | null): Promise<Result<ChatId>>;
}

interface Uses {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: Signer;
  readonly self: { readonly orgId: OrgId; readonly keySeq: () => number };
  readonly cache: Cache;
  readonly control: ControlLog;
  readonly people: People;
  readonly isActive: (account: AccountId) => boolean;
  /** The account's own identity chain, if it has keys. */
  readonly identityOf: (account: AccountId) => Uint8Array | null;
  readonly rules: Rules;
  readonly mayBringIn: (org: OrgId) => RefusalCode | null;
}

const NO_ACCOUNT = idFromBytes('account', new Uint8Array(16));

export function createFounding(uses: Uses): Founding {
  const { db, clock, random, signer, self, cache, control, people } = uses;

  function store(tx: Tx, chatId: ChatId, value: Genesis, bytes: Uint8Array): HeldChat {
    const founderSignature = value.is === 'direct' ? new Uint8Array() : signer.sign(signedBytes('genesis', bytes));
    tx.prepare('INSERT INTO chat (chatId, kind, genesis, founderSignature) VALUES (?, ?, ?, ?)').run(
      chatId,
      value.is,
      bytes,
      founderSignature,
    );
    const row = readChatRow(tx, chatId);
    if (!row) throw new Error('bug: a chat was not stored');
    const held = loadChat(tx, row, people);
    control.begin(tx, held);
    cache.add(held);
    // Made in this run, so no older installation can have written in it (PROTOCOL 3.8).
    cache.confirm(held);
    return held;
  }

  async function general(): Promise<ChatId> {
    const known = db.read.prepare<[], { chatId: ChatId }>(`SELECT chatId FROM chat WHERE kind = 'general'`).one();
    if (known) return known.chatId;
    const value: Genesis = {
      is: 'general',
      v: 1,
      random: random.bytes(32),
      suite: SUITE.clear,
      org: self.orgId,
      account: NO_ACCOUNT,
      opKey: signer.publicKey,
      keySeq: self.keySeq(),
      hlc: hlcFromMs(clock.now()),
      policy: DEFAULT_POLICY,
    };
    const bytes = encode(genesis, value);
    const chatId = chatIdOf(bytes);
    await cache.work(chatId, (tx) => store(tx, chatId, value, bytes));
    return chatId;
  }

  function chat(author: Author, bytes: Uint8Array, request: Uint8Array | null = null): Promise<Result<ChatId>> {
    const chatId = chatIdOf(bytes);
    return workOrRefuse(cache, chatId, (tx) => {
      const read = decodeGenesis(bytes);
      if (!read.ok) throw new Refused(read.refusal.code, read.refusal.detail);
      const value = read.value;
      const refused = whySuite(value.is, value.suite, uses.rules);
      if (refused) throw new Refused(refused);
      if (value.is === 'direct') return direct(tx, author, chatId, value, bytes);
      checkFounded(author, value);
      if (cache.find(tx, chatId)) throw new Refused('bad_input', 'genesis: used already');
      if (request) checkFirst(author, bytes, request);
      store(tx, chatId, value, bytes);
      return chatId;
    });
  }

  function checkFounded(author: Author, value: Founded): void {
    if (value.is === 'general') throw new Refused('not_acceptable');
    if (value.org !== self.orgId || value.account !== author.account)
      throw new Refused('bad_input', 'genesis: founder');
    if (!equalBytes(value.opKey, signer.publicKey) || value.keySeq !== self.keySeq())
      throw new Refused('bad_input', 'genesis: key');
    if (Math.abs(hlcMs(value.hlc) - clock.now()) > LIMITS.clockAheadMs) throw new Refused('ahead_of_clock', 'genesis');
  }

  /** As the hub will judge it in the chat as it is founded. */
  function checkFirst(author: Author, bytes: Uint8Array, request: Uint8Array): void {
    const read = decodeBody('request', request);
    if (!read.ok) throw new Refused(read.refusal.code, read.refusal.detail);
    if (read.value.kind !== 'request') throw new Refused('malformed', 'request');
    const { body } = read.value;
    const refused = judgeRequest(foundChat(bytes), self.orgId, body);
    if (refused) throw new Refused(refused);
    for (const intent of body.intents)
      if (intent.is === 'invite' && intent.org !== self.orgId) checkOther(author, intent);
  }

  function direct(tx: Tx, author: Author, chatId: ChatId, value: DirectGenesis, bytes: Uint8Array): ChatId {
    const isMine = (side: DirectGenesis['a']) => side.org === self.orgId && side.account === author.account;
    if (!isMine(value.a) && !isMine(value.b)) throw new Refused('bad_input', 'genesis: sides');
    const other = isMine(value.a) ? value.b : value.a;
    if (![value.a, value.b].every((side) => isOwnEnrol(side, self.orgId, uses.identityOf)))
      throw new Refused('bad_input', 'genesis: enrolment');
    checkOther(author, other);
    if (!cache.find(tx, chatId)) store(tx, chatId, value, bytes);
    consent(tx, people.number(tx, self.orgId, author.account), chatId);
    return chatId;
  }

  function checkOther(author: Author, other: { org: OrgId; account: AccountId }): void {
    if (other.org === self.orgId) {
      if (!uses.isActive(other.account)) throw new Refused('address_unknown');
      return;
    }
    if (!author.mayBringOutsiders) throw new Refused('outsiders_not_allowed');
    const refused = uses.mayBringIn(other.org);
    if (refused) throw new Refused(refused);
  }

  return { general, chat };
}

/**
 * A pair would have as many direct chats as there are hashes to claim: where the account is ours, and has keys, it is its own.
 */
export function isOwnEnrol(
  { org, account, enrolHash }: DirectGenesis['a'],
  self: OrgId,
  identityOf: (account: AccountId) => Uint8Array | null,
): boolean {
  const chain = org === self && enrolHash.length > 0 ? identityOf(account) : null;
  if (!chain) return true;
  const identity = verifyIdentity(chain, null);
  return identity.ok && equalBytes(identity.value.enrolHash, enrolHash);
}

/** Whoever begins a direct chat, or writes in it, has taken it up. */
export function consent(tx: Tx, person: number, chatId: ChatId): number {
  return tx
    .prepare(
      'UPDATE seat SET consented = 1 WHERE person = ? AND consented = 0 AND chat = (SELECT id FROM chat WHERE chatId = ?)',
    )
    .run(person, chatId).changes;
}
