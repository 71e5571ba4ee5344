/**
 * The door of the push socket: from the HTTP upgrade to a seat among the open sockets. Always holds: who is not signed in, comes
 * from another site or by another name is answered in plain HTTP; an account and the node have bounded numbers of sockets.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { LIMITS } from '../../../protocol/limits.ts';
import { REFUSALS } from '../../../protocol/refusals.ts';
import { type Refusal, type Result, refuse } from '../../../protocol/result.ts';
import { requireScope, type SignedIn } from '../../accounts/access.ts';
import type { Site } from '../address.ts';
import { refusalReply } from '../answers.ts';
import type { Gate } from '../gate.ts';
import type { Rates } from '../rates.ts';
import { type ConnectionUses, openConnection } from './connection.ts';

const SOCKET_PATH = '/api/v1/socket';

export interface UpgradeUses extends ConnectionUses {
  readonly gate: Gate;
  readonly site: Site;
  readonly rates: Rates;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly mostSockets: number;
}

export type Upgrade = (request: IncomingMessage, raw: Duplex, head: Buffer) => void;

const SOCKETS_PER_ACCOUNT = 20;
/** A submission with the largest body in base64, the most files that it can name, and its envelope. */
const MESSAGE_BYTES = Math.ceil((LIMITS.bodyBytes * 4) / 3) + LIMITS.blobsPerEntry * 46 + 1024;

export function createUpgrade(uses: UpgradeUses): Upgrade {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: MESSAGE_BYTES,
  });
  return (request, raw, head) => {
    raw.on('error', () => raw.destroy());
    const entered = enter(request, uses);
    if (!entered.ok) return answerPlainly(raw, entered.refusal);
    server.handleUpgrade(request, raw, head, (socket: WebSocket) => openConnection(socket, raw, entered.value, uses));
  };
}

/** Refuses `not_found`, `wrong_host`, `wrong_origin`, `not_signed_in`, `scope_missing`, `rate_limited`, `overloaded`. */
function enter(request: IncomingMessage, uses: UpgradeUses): Result<SignedIn> {
  const { gate, site, rates, sockets } = uses;
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  if (!site.isHost(header('host'))) return refuse('wrong_host');
  if (request.url?.split('?')[0] !== SOCKET_PATH) return refuse('not_found');
  const who = gate.enter(header, true);
  if (!who.ok) {
    const rated = rates.stranger(uses.addressOf(request));
    return rated.ok ? who : rated;
  }
  const { accountId } = who.value.account;
  const rated = rates.account(accountId);
  if (!rated.ok) return rated;
  const allowed = requireScope(who.value, 'read');
  if (!allowed.ok) return allowed;
  if (sockets.countOf(accountId) >= SOCKETS_PER_ACCOUNT) return refuse('rate_limited', 'open sockets of the account');
  if (sockets.count() >= uses.mostSockets) return refuse('overloaded', 'open sockets');
  return who;
}

function answerPlainly(raw: Duplex, refusal: Refusal): void {
  const body = JSON.stringify(refusalReply(refusal));
  const head = [
    `HTTP/1.1 ${REFUSALS[refusal.code].status} Refused`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  raw.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
