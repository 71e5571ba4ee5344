/**
 * How a record from outside becomes what is known of a peer (PROTOCOL 1.6, 1.9). Always holds: what is kept is the newest chain
 * seen; a fork changes nothing but the warning; strangers take a bounded number of rows.
 */
import type { Updateable } from 'kysely';
import { isNewerChain, type Organisation } from '../../protocol/identity/organisation.ts';
import type { OrgId } from '../../protocol/ids.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import { sql } from '../db/query.ts';
import type { IdentityTables } from '../db/schema/identity.ts';
import { claimDomain, keepOnlyDomains, type Own } from './domains.ts';
import { organisationFrom, type PeerRow, rowOf } from './peer.ts';
import type { Verify } from './verifier.ts';

export interface Learnt {
  readonly organisation: Organisation;
  readonly as: 'seen' | 'open';
  /** Where the record was served over HTTPS; undefined: it came over a connection. */
  readonly servedBy: string | undefined;
  readonly verify: Verify;
}

const FORKED = 'Two different records were signed with its root key. Ask the organisation what happened.';
const KEPT = { seen: 100, open: 10_000 } as const;

/** Refuses `record_older`, `wrong_organisation`. What it wrote stays, also when it refuses: a warning is worth keeping. */
export function learn(tx: Tx, learnt: Learnt, own: Own, nowMs: number): Result<void> {
  const { organisation, as, servedBy } = learnt;
  const { orgId } = organisation;
  const pinnedTo = servedBy && claimDomain(tx, { domain: servedBy, orgId, proven: true }, own, nowMs);
  const before = rowOf(tx, orgId);
  if (!before) insertPeer(tx, organisation, pinnedTo === orgId || !pinnedTo ? as : 'seen', nowMs);
  if (pinnedTo && pinnedTo !== orgId) {
    warn(tx, pinnedTo, `${servedBy} now serves another organisation, ${orgId}.`);
    return refuse('wrong_organisation', servedBy);
  }
  return before ? learnMore(tx, before, learnt, own, nowMs) : ok(undefined);
}

function insertPeer(tx: Tx, organisation: Organisation, state: 'seen' | 'open', nowMs: number): void {
  const { orgId } = organisation;
  tx.run(sql.insertInto('peer').values({ ...emptyPeer(orgId, nowMs), ...recordColumns(organisation), state }));
  const others = sql.selectFrom('peer').select('orgId').where('state', '=', state).where('orgId', '!=', orgId);
  const newest = others.orderBy('createdAtMs', 'desc').limit(KEPT[state] - 1);
  for (const gone of tx.all(others.where('orgId', 'not in', newest))) deletePeer(tx, gone.orgId);
}

function learnMore(tx: Tx, before: PeerRow, learnt: Learnt, own: Own, nowMs: number): Result<void> {
  const { organisation, as, verify } = learnt;
  const { orgId, record } = organisation;
  const news = before.chain ? isNews(organisation, organisationFrom(before.chain, verify)) : ok(true);
  if (!news.ok) {
    if (news.refusal.code === 'wrong_organisation') warn(tx, orgId, FORKED);
    return news;
  }
  if (news.value) updatePeer(tx, orgId, recordColumns(organisation));
  if (before.state === 'seen' && as === 'open') updatePeer(tx, orgId, { state: 'open' });
  if (news.value) keepOnlyDomains(tx, orgId, record.domains);
  if (news.value && before.state === 'approved') claimDomains(tx, organisation, own, nowMs);
  return ok(undefined);
}

/** Refuses `wrong_organisation` for a fork, and `record_older` for one without the newest keys. */
function isNews(organisation: Organisation, known: Organisation): Result<boolean> {
  const newer = isNewerChain(organisation, known);
  const isWithoutKeys = organisation.rootRecords.length < known.rootRecords.length;
  return newer.ok && isWithoutKeys ? refuse('record_older') : newer;
}

/** For an approved organisation: the domains that it names and nobody else has. */
export function claimDomains(tx: Tx, { orgId, record }: Organisation, own: Own, nowMs: number): void {
  for (const domain of record.domains) claimForApproved(tx, domain, orgId, own, nowMs);
}

export function claimForApproved(tx: Tx, domain: string, orgId: OrgId, own: Own, nowMs: number): void {
  const pinnedTo = claimDomain(tx, { domain, orgId, proven: false }, own, nowMs);
  if (pinnedTo !== orgId)
    warn(tx, orgId, `It says that it is ${domain}, which stands for another organisation, ${pinnedTo}.`);
}

export function emptyPeer(orgId: OrgId, nowMs: number) {
  return {
    orgId,
    state: 'seen' as const,
    name: '',
    opKey: new Uint8Array(0),
    endpoints: '[]',
    chain: null,
    directory: null,
    autoAccept: false,
    ticketToken: null,
    workedEndpoint: null,
    instance: null,
    lastContactMs: null,
    cursor: 0,
    warning: null,
    createdAtMs: nowMs,
  };
}

function recordColumns({ record, chainBytes }: Organisation) {
  const { name, opKey, endpoints } = record;
  return { name, opKey, endpoints: JSON.stringify(endpoints), chain: chainBytes };
}

/** Changes some columns; nothing if the peer is not known. */
export function updatePeer(tx: Tx, orgId: OrgId, change: Updateable<IdentityTables['peer']>): void {
  tx.run(sql.updateTable('peer').set(change).where('orgId', '=', orgId));
}

function warn(tx: Tx, orgId: OrgId, warning: string): void {
  updatePeer(tx, orgId, { warning });
}

export function deletePeer(tx: Tx, orgId: OrgId): void {
  keepOnlyDomains(tx, orgId, []);
  tx.run(sql.deleteFrom('peer').where('orgId', '=', orgId));
}
