/**
 * Display order: the same everywhere (PROTOCOL 6). Cursors and unread counts follow the arrival order of the own node instead.
 */
import { compareBytes } from '../bytes.ts';
import { type Hlc, idBytes, type LogId, type OrgId } from '../ids.ts';

export interface Shown {
  readonly hlc: Hlc;
  readonly org: OrgId;
  readonly logId: LogId;
  readonly seq: number;
}

/** By clock, organisation, then number; two logs of one organisation that met in all of these, by log. */
export function compareShown(a: Shown, b: Shown): number {
  return (
    a.hlc - b.hlc ||
    compareBytes(idBytes(a.org), idBytes(b.org)) ||
    a.seq - b.seq ||
    compareBytes(idBytes(a.logId), idBytes(b.logId))
  );
}
