/**
 * This organisation: made at the first start, then the same for ever. Always holds: the chain in the database is valid, and its
 * last record names the operational key that the node holds and has at least half of its life before it while the node runs
 * (PROTOCOL 1.3-1.7). Root keys are not kept: see keys.ts for the recovery phrase of the first days.
 */

import { equalBytes } from '../../protocol/bytes.ts';
import { firstChain, type Organisation, verifyChain } from '../../protocol/identity/organisation.ts';
import { normalPhrase, phraseOf, rootSeedOf } from '../../protocol/identity/recovery.ts';
import type { OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Fault, ok, type Result, refuse } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Clock, KeyFile, Log, Random, Signer, Timer } from '../ports.ts';
import { type Keys, readKeys, writeKeys } from './keys.ts';
import { createOwnRecord, isHalfOver, lifetimeFrom, type OwnRecord } from './own-record.ts';

/** What the node says of its organisation; changes are re-issued without a root key. */
export interface Description {
  readonly name: string;
  /** Multiaddr texts without the peer id. */
  readonly endpoints: readonly string[];
  readonly features: readonly string[];
}

export interface OwnOrganisation {
  readonly orgId: OrgId;
  /** The operational key. */
  readonly signer: Signer;
  current(): Organisation;
  chainBytes(): Uint8Array;
  /** Re-issues the record if something differs. Refuses `bad_record`, `too_big`. */
  describe(change: Partial<Description>): Promise<Result<void>>;
  /** Root-signed: another main domain. Refuses `phrase_wrong`, `bad_record`. */
  changeDomain(phrase: string, domain: string): Promise<Result<void>>;
  onChange(listener: (organisation: Organisation) => void): () => void;
  /** 24 words, while nobody has confirmed them. */
  recoveryPhrase(): readonly string[] | undefined;
  isPhraseConfirmed(): boolean;
  /** The words are wiped from the node. Refuses `phrase_wrong`, `phrase_confirmed`. */
  confirmPhrase(typed: string): Result<void>;
  close(): void;
}

export interface OrganisationParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly keyFile: KeyFile;
  readonly makeSigner: (seed: Uint8Array) => Signer;
  /** Counts at the first start; afterwards a difference is only reported. */
  readonly domain: string;
  readonly description: Description;
}

const RENEW_EVERY_MS = 60 * 60_000;

/** Makes or reads this organisation. Throws a `Fault` when database and key file do not belong together. */
export async function openOrganisation(parts: OrganisationParts): Promise<OwnOrganisation> {
  const { db, clock, log, keyFile, makeSigner } = parts;
  const stored = db.read.one(sql.selectFrom('ownOrganisation').select('chain'));
  let keys = keysOrFault(parts, stored !== undefined);
  const signer = makeSigner(keys.operationalSeed);
  const record = createOwnRecord(parts, stored ? ownChain(stored.chain, signer) : await makeFirst(parts, keys, signer));

  async function describe(change: Partial<Description>): Promise<Result<void>> {
    const current = record.current();
    if (!differs(current, change) && !isHalfOver(current, clock.now())) return ok(undefined);
    return record.extend(change, 0, signer.sign);
  }

  function confirmPhrase(typed: string): Result<void> {
    if (keys.recoveryPhrase === undefined) return refuse('phrase_confirmed');
    if (normalPhrase(typed) !== keys.recoveryPhrase) return refuse('phrase_wrong');
    keys = { operationalSeed: keys.operationalSeed, recoveryPhrase: undefined };
    writeKeys(keyFile, keys);
    return ok(undefined);
  }

  await start(parts, record.current(), describe);
  const renewal = startRenewal({ clock, log }, describe);

  return {
    orgId: record.current().orgId,
    signer,
    current: record.current,
    chainBytes: () => record.current().chainBytes,
    describe,
    changeDomain: (phrase, domain) => changeDomain(record, makeSigner, phrase, domain),
    onChange: record.onChange,
    recoveryPhrase: () => keys.recoveryPhrase?.split(' '),
    isPhraseConfirmed: () => keys.recoveryPhrase === undefined,
    confirmPhrase,
    close: renewal.cancel,
  };
}

type Describe = OwnOrganisation['describe'];

async function start(
  { log, domain, description }: OrganisationParts,
  { record }: Organisation,
  describe: Describe,
): Promise<void> {
  if (!record.domains.includes(domain)) log.warn('organisation.other_domain', { configured: domain });
  const described = await describe(description);
  if (described.ok) return;
  throw new Fault(`the record cannot be issued: ${described.refusal.detail ?? described.refusal.code}`);
}

function startRenewal({ clock, log }: { clock: Clock; log: Log }, describe: Describe): Timer {
  async function renew(): Promise<void> {
    timer = clock.after(RENEW_EVERY_MS, renew);
    const renewed = await describe({});
    if (!renewed.ok) log.error('organisation.not_renewed', { code: renewed.refusal.code });
  }
  let timer = clock.after(RENEW_EVERY_MS, renew);
  return { cancel: () => timer.cancel() };
}

async function changeDomain(
  record: OwnRecord,
  makeSigner: OrganisationParts['makeSigner'],
  phrase: string,
  domain: string,
): Promise<Result<void>> {
  const seed = rootSeedOf(phrase);
  if (!seed.ok) return seed;
  const root = makeSigner(seed.value);
  const { rootKeys, domains } = record.current().record;
  const number = 1 + rootKeys.findIndex((key) => equalBytes(key, root.publicKey));
  if (number === 0) return refuse('phrase_wrong', 'not of this organisation');
  const others = domains.filter((each) => each !== domain).slice(0, LIMITS.domains - 1);
  return record.extend({ domains: [domain, ...others] }, number, root.sign);
}

function keysOrFault({ random, keyFile }: OrganisationParts, isMade: boolean): Keys {
  const keys = readKeys(keyFile);
  if (!keys && isMade) throw new Fault('the key file is missing: restore it from a backup beside the database');
  if (keys && !isMade && keys.recoveryPhrase === undefined)
    throw new Fault(
      'the database is missing or empty, but there is a key file: restore the database that belongs to it',
    );
  if (keys) return keys;
  const made = { operationalSeed: random.bytes(32), recoveryPhrase: phraseOf(random.bytes(32)) };
  // Before the record: a stop in between leaves keys that made nothing yet, and the next start goes on with them.
  writeKeys(keyFile, made);
  return made;
}

function ownChain(chain: Uint8Array, signer: Signer): Organisation {
  const verified = verifyChain(new Uint8Array(chain));
  if (!verified.ok) throw new Fault(`the own record in the database is damaged: ${verified.refusal.code}`);
  if (!equalBytes(verified.value.record.opKey, signer.publicKey))
    throw new Fault('the key file belongs to another database: restore both from one backup');
  return verified.value;
}

async function makeFirst(parts: OrganisationParts, keys: Keys, signer: Signer): Promise<Organisation> {
  const { db, clock, makeSigner, domain, description } = parts;
  const seed = rootSeedOf(keys.recoveryPhrase ?? '');
  if (!seed.ok) throw new Fault('the recovery phrase in the key file is damaged');
  const root = makeSigner(seed.value);
  const nowMs = clock.now();
  const who = { rootKeys: [root.publicKey], opKey: signer.publicKey, domains: [domain] };
  const made = firstChain({ ...who, ...description, ...lifetimeFrom(nowMs) }, root.sign);
  if (!made.ok) throw new Fault(`the first record cannot be made: ${made.refusal.detail ?? made.refusal.code}`);
  const { orgId, chainBytes: chain } = made.value;
  await db.write((tx) => tx.run(sql.insertInto('ownOrganisation').values({ id: 1, orgId, chain, createdAtMs: nowMs })));
  return made.value;
}

function differs({ record }: Organisation, change: Partial<Description>): boolean {
  const now: Description = { name: record.name, endpoints: record.endpoints, features: record.features };
  return JSON.stringify({ ...now, ...change }) !== JSON.stringify(now);
}
