/** Display order (PROTOCOL 6): hybrid logical clock, then the organisation's bytes, then seq. The same everywhere. */
import { compareBytes } from '../../protocol/bytes.ts';
import { idBytes, type OrgId } from '../../protocol/ids.ts';

export interface Place {
  readonly hlc: number;
  readonly org: OrgId;
  readonly seq: number;
}

export function comparePlaces(a: Place, b: Place): number {
  if (a.hlc !== b.hlc) return a.hlc - b.hlc;
  if (a.org !== b.org) return compareBytes(idBytes(a.org), idBytes(b.org));
  return a.seq - b.seq;
}

/** As the entries route takes it: `HLC.ORG.SEQ`. */
export function cursorOf({ hlc, org, seq }: Place): string {
  return `${hlc}.${org}.${seq}`;
}
