/** What names a message from the moment it is written, through every retry (PROTOCOL 3.4). Apart, because pages need no more. */
import { type EntryId, idFromBytes } from '../../protocol/ids.ts';
import type { Random } from './ports.ts';

export function newEntryId(random: Random): EntryId {
  return idFromBytes('entry', random.bytes(16));
}
