/**
 * Which organisation a domain stands for: pinned at first contact (PROTOCOL 1.9). Always holds: a pin never moves by itself, and the
 * domains of this organisation stand for nobody else.
 */
import type { OrgId } from '../../protocol/ids.ts';
import type { Tx } from '../db/batch.ts';
import { sql } from '../db/query.ts';

/** This organisation. */
export interface Own {
  readonly orgId: OrgId;
  readonly domains: readonly string[];
}

export interface Claim {
  readonly domain: string;
  readonly orgId: OrgId;
  /** The domain itself served the record; otherwise an administrator approved who claims it. */
  readonly proven: boolean;
}

/** Pins the domain if it is free. The organisation it stands for now. */
export function claimDomain(tx: Tx, { domain, orgId, proven }: Claim, own: Own, nowMs: number): OrgId {
  if (own.domains.includes(domain)) return own.orgId;
  const pin = tx.one(sql.selectFrom('pinnedDomain').selectAll().where('domain', '=', domain));
  if (!pin) tx.run(sql.insertInto('pinnedDomain').values({ domain, orgId, proven, pinnedAtMs: nowMs }));
  else if (pin.orgId === orgId && proven)
    tx.run(sql.updateTable('pinnedDomain').set({ proven }).where('domain', '=', domain));
  return pin?.orgId ?? orgId;
}

/** An organisation that no longer names a domain gives it free. */
export function keepOnlyDomains(tx: Tx, orgId: OrgId, domains: readonly string[]): void {
  const pins = sql.deleteFrom('pinnedDomain').where('orgId', '=', orgId);
  tx.run(domains.length === 0 ? pins : pins.where('domain', 'not in', domains));
}

/** An administrator's decision: the domain now stands for that organisation. */
export function movePin(tx: Tx, domain: string, orgId: OrgId, nowMs: number): void {
  tx.run(sql.deleteFrom('pinnedDomain').where('domain', '=', domain));
  tx.run(sql.insertInto('pinnedDomain').values({ domain, orgId, proven: false, pinnedAtMs: nowMs }));
}
