/**
 * A ticket: what one organisation hands another so that their nodes find each other without DNS (PROTOCOL 1.8). As text:
 * `conclave1`, then base32 of the bytes and four bytes of checksum, in any case, broken over lines as it may be.
 */
import { concatBytes, equalBytes } from '../bytes.ts';
import { bytes, decodeOrThrow, encode, fields, id, list, nullable, type TypeOf, text, version } from '../codec.ts';
import { isAdmissibleKey } from '../ed25519.ts';
import { taggedHash } from '../hash.ts';
import { fromBase32, toBase32 } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { Refused, type Result, refuse, refusing } from '../result.ts';
import { isDomain } from './names.ts';
import { isEndpoint } from './record.ts';

const ticketShape = fields({
  v: version(1),
  orgId: id('org'),
  opKey: bytes(32),
  endpoints: list(text(LIMITS.endpointBytes), LIMITS.endpoints),
  domain: nullable(text(LIMITS.domainBytes)),
  /** Good once, at the organisation that made it. */
  token: bytes(16),
});
export type Ticket = TypeOf<typeof ticketShape>;

const PREFIX = 'conclave1';
const CHECKSUM_BYTES = 4;
const LONGEST_TEXT = 4 * LIMITS.ticketBytes;

function checksum(ticketBytes: Uint8Array): Uint8Array {
  return taggedHash('ticket', ticketBytes).subarray(0, CHECKSUM_BYTES);
}

export function formatTicket(ticket: Ticket): string {
  const ticketBytes = encode(ticketShape, ticket);
  return PREFIX + toBase32(concatBytes(ticketBytes, checksum(ticketBytes)));
}

/** What a person pasted. Refuses `bad_ticket`. */
export function parseTicket(pasted: string): Result<Ticket> {
  const read = refusing(() => readTicket(pasted));
  return read.ok ? read : refuse('bad_ticket', read.refusal.detail);
}

function readTicket(pasted: string): Ticket {
  if (pasted.length > LONGEST_TEXT) throw new Refused('too_big', 'ticket');
  const letters = pasted.replaceAll(/\s/g, '').toLowerCase();
  if (!letters.startsWith(PREFIX)) throw new Refused('malformed', 'prefix');
  const all = fromBase32(letters.slice(PREFIX.length));
  const ticketBytes = all.subarray(0, Math.max(all.length - CHECKSUM_BYTES, 0));
  if (!equalBytes(all.subarray(ticketBytes.length), checksum(ticketBytes))) throw new Refused('malformed', 'checksum');
  const ticket = decodeOrThrow(ticketShape, ticketBytes, LIMITS.ticketBytes);
  if (!isAdmissibleKey(ticket.opKey)) throw new Refused('bad_key', 'opKey');
  if (!ticket.endpoints.every(isEndpoint)) throw new Refused('malformed', 'endpoints');
  if (ticket.domain !== null && !isDomain(ticket.domain)) throw new Refused('malformed', 'domain');
  return ticket;
}
