/** What the routes of administration and of settings answer, invented. */
import type { Token } from '../../../protocol/api/shapes.ts';
import type { AccountId } from '../../../protocol/ids.ts';
import type { Answer } from '../../client/model.ts';
import type { Account, Network, NodeStatus, Peer } from '../administration/routes.ts';
import { acme, day, everybody, globex, hooli, initech, minute, now } from './people.ts';

const phrase =
  'abandon ability kitchen harbor velvet orbit lantern copper meadow puzzle river saddle timber urban violin walnut yellow zebra anchor basket candle dolphin engine forest';

const accounts: Account[] = everybody
  .filter(({ outsider }) => !outsider)
  .map((person, index) => ({
    account: person.account,
    kind: index === 5 ? 'bot' : 'person',
    name: person.address.split('@')[0] ?? '',
    displayName: person.name,
    administrator: index < 2,
    state: person.disabled ? 'disabled' : 'active',
    mayBringOutsiders: index !== 3,
    createdAt: now - 90 * day,
    lastSeenAt: index === 4 ? null : now - index * 100 * minute,
    offboarding: person.disabled
      ? [
          { org: globex.org, orgName: globex.name, stopped: true },
          { org: initech.org, orgName: initech.name, stopped: false },
        ]
      : [],
  }));

function peer(from: typeof globex, more: Partial<Peer>): Peer {
  const { org, name, domain } = from;
  return {
    org,
    name,
    domain,
    state: 'approved',
    directory: null,
    autoAccept: false,
    connected: true,
    lastContactAt: now,
    queued: 0,
    warning: null,
    ...more,
  };
}
const peers: Peer[] = [
  peer(globex, {}),
  peer(initech, { connected: false, lastContactAt: now - 14 * minute, queued: 4 }),
  peer(hooli, { state: 'seen', connected: false, lastContactAt: now - day }),
];
const tokens: Token[] = [
  { id: 'tok_1', label: 'Nightly report', scopes: ['read'], createdAt: now - 30 * day, lastUsedAt: now - 9 * minute },
  { id: 'tok_2', label: 'Deploy notices', scopes: ['read', 'write'], createdAt: now - day, lastUsedAt: null },
];
let network: Network = { mode: 'allow-list', directory: 'exact' };

const status: NodeStatus = {
  version: '0.1.0',
  org: acme.org,
  name: acme.name,
  domain: acme.domain,
  startedAt: now - 6 * day,
  webAddress: 'https://acme.example',
  dataFolder: '/var/lib/conclave',
  federationAddresses: ['/dns4/acme.example/tcp/4440', '/dns4/acme.example/tcp/443/wss'],
  recordExpiresAt: now + 7 * day,
  phraseConfirmed: true,
  accounts: 148,
  chats: 412,
  entries: 1_284_220,
  databaseBytes: 834_000_000,
  memoryBytes: 117_000_000,
  sockets: 93,
  stopped: [],
  peers,
};

function change(params: Record<string, string>, body: object): Account | undefined {
  const at = accounts.findIndex(({ account }) => account === (params.account as AccountId));
  const old = accounts[at];
  if (old !== undefined) accounts[at] = { ...old, ...body };
  return accounts[at];
}

/** Answers as the node would, or a refusal for what the sample does not have. */
export function administer(
  route: string,
  { params = {}, body = {} }: { params?: Record<string, string>; body?: unknown },
  phraseConfirmed: boolean,
): Answer<unknown> {
  const expiresAt = now + day;
  const answers: Record<string, () => unknown> = {
    'GET /api/v1/admin/status': () => ({ ...status, phraseConfirmed }),
    'GET /api/v1/admin/accounts': () => ({ accounts: [...accounts] }),
    'PATCH /api/v1/admin/accounts/:account': () => change(params, body as object),
    'POST /api/v1/admin/invitations': () => ({ link: 'https://acme.example/#/join/5kq2c7wz4tn6', expiresAt }),
    'POST /api/v1/admin/accounts/:account/reset-link': () => ({
      link: 'https://acme.example/#/join/r7x4m2pw',
      expiresAt,
    }),
    'GET /api/v1/tokens': () => ({ tokens: [...tokens] }),
    'POST /api/v1/tokens': () => ({ secret: 'h5xw2tq7r3mzkc6v4ynd2b5gq7w3xj6ltp4afzse2u3o5ir7mk6a' }),
    'DELETE /api/v1/tokens/:token': () => ({}),
    'GET /api/v1/admin/network': () => network,
    'PATCH /api/v1/admin/network': () => {
      network = { ...network, ...(body as Partial<Network>) };
      return network;
    },
    'GET /api/v1/admin/peers': () => ({ peers }),
    'PATCH /api/v1/admin/peers/:org': () => peers[0],
    'POST /api/v1/admin/peers/invite': () => ({
      ticket: 'conclave-ticket-1qpzry9x8gf2tvdw0s3jn54khce6mua7l2',
      expiresAt,
    }),
    'POST /api/v1/admin/peers': () => peers[0],
    'GET /api/v1/admin/phrase': () => ({ words: phrase.split(' ') }),
    'POST /api/v1/admin/phrase': () => ({}),
  };
  const answer = answers[route];
  if (answer === undefined)
    return { ok: false, refusal: { code: 'not_found', sentence: 'The sample has no such thing.' } };
  const wrong =
    route.startsWith('POST') && route.endsWith('phrase') && (body as { words: string[] }).words.join(' ') !== phrase;
  if (wrong) {
    return {
      ok: false,
      refusal: { code: 'phrase_wrong', sentence: 'Those are not the words. Type them exactly as they were shown.' },
    };
  }
  return { ok: true, value: answer() };
}
