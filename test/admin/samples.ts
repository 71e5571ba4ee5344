/** Replies of a node as the contract has them, each with what a test wants to differ. */
import type { z } from 'zod';
import type * as shapes from '../../protocol/api/routes/admin.ts';
import type { Token } from '../../protocol/api/shapes.ts';
import { type AccountId, idFromBytes, type OrgId } from '../../protocol/ids.ts';

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
export const ACCOUNT: AccountId = idFromBytes('account', bytes(16, 1));
export const ORG: Record<'acme' | 'globex' | 'initech', OrgId> = {
  acme: idFromBytes('org', bytes(32, 1)),
  globex: idFromBytes('org', bytes(32, 2)),
  initech: idFromBytes('org', bytes(32, 3)),
};
export const TOKEN = { id: 'tok_1', other: idFromBytes('account', bytes(16, 2)) };

type Shape<K extends 'account' | 'peer' | 'status'> = z.infer<(typeof shapes)[K]>;

export function account(differs: Partial<Shape<'account'>>): Shape<'account'> {
  return {
    account: ACCOUNT,
    kind: 'person',
    name: 'bob',
    displayName: 'Bob Ångström',
    administrator: false,
    state: 'active',
    mayBringOutsiders: true,
    createdAt: 0,
    lastSeenAt: null,
    offboarding: [],
    ...differs,
  };
}

export function token(differs: Partial<Token>): Token {
  return { id: TOKEN.id, label: 'backup', scopes: ['read'], createdAt: 0, lastUsedAt: null, ...differs };
}

export function peer(differs: Partial<Shape<'peer'>>): Shape<'peer'> {
  return {
    org: ORG.globex,
    name: 'Globex',
    domain: 'globex.example',
    state: 'approved',
    directory: null,
    autoAccept: false,
    connected: false,
    lastContactAt: null,
    queued: 7,
    warning: null,
    ...differs,
  };
}

export function status(differs: Partial<Shape<'status'>>): Shape<'status'> {
  return {
    version: '0.1.0',
    org: ORG.acme,
    name: 'Acme',
    domain: 'acme.example',
    startedAt: 0,
    webAddress: 'https://acme.example',
    dataFolder: '/var/lib/conclave',
    federationAddresses: ['/dns4/acme.example/tcp/4440'],
    recordExpiresAt: 0,
    phraseConfirmed: true,
    accounts: 2,
    chats: 3,
    entries: 4,
    databaseBytes: 1.5 * 1024 * 1024,
    memoryBytes: 100,
    sockets: 0,
    stopped: [],
    peers: [peer({})],
    ...differs,
  };
}
