/**
 * Everything that is answered over HTTP: the contract, the organisation's record, the web client. Always holds: every answer has
 * the security headers; a host name that is not ours gets nothing; what is not there is `not_found`.
 */
import { type Context, Hono } from 'hono';
import type { OwnOrganisation } from '../identity/organisation.ts';
import type { Log } from '../ports.ts';
import type { Site } from './address.ts';
import { answerRefusal, answerThrown } from './answers.ts';
import type { SessionCookie } from './cookie.ts';
import { mountDownloads } from './files/downloads.ts';
import { FILES, type FilesUses, filesRoutes } from './files/quota.ts';
import { mountUploads } from './files/uploads.ts';
import type { Gate } from './gate.ts';
import { securityHeaders } from './headers.ts';
import { mountContract } from './mount.ts';
import { openApiDocument } from './openapi.ts';
import type { Rates } from './rates.ts';
import { ACCOUNT, type AccountUses, accountRoutes } from './routes/account.ts';
import { ACCOUNTS, type AccountsUses, accountsRoutes } from './routes/accounts.ts';
import { CHATS, type ChatUses, chatRoutes } from './routes/chats.ts';
import { ENTRANCE, type EntranceUses, entranceRoutes } from './routes/entrance.ts';
import { KEYS, type KeysUses, keysRoutes } from './routes/keys.ts';
import { NETWORK, type NetworkUses, networkRoutes } from './routes/network.ts';
import { NODE, type NodeUses, nodeRoutes } from './routes/node.ts';
import { PEOPLE, type PeopleUses, peopleRoutes } from './routes/people.ts';
import { PERSONAL, type PersonalUses, personalRoutes } from './routes/personal.ts';
import { PUSH, type PushUses, pushRoutes } from './routes/push.ts';
import { TOKENS, type TokensUses, tokensRoutes } from './routes/tokens.ts';
import type { ServeFile } from './static.ts';

export type AppUses = AdminUses &
  AccountUses &
  ChatUses &
  EntranceUses &
  FilesUses &
  KeysUses &
  PeopleUses &
  PersonalUses &
  PushUses &
  TokensUses & {
    readonly organisation: OwnOrganisation;
    readonly site: Site;
    readonly isHttps: boolean;
    readonly serveFile: ServeFile;
  };

/** What both ways in share. */
export interface AdminUses extends AccountsUses, NetworkUses, NodeUses {
  readonly chats: AccountsUses['chats'] & NetworkUses['chats'];
  readonly gate: Gate;
  readonly rates: Rates;
  readonly cookie: SessionCookie;
  readonly log: Log;
  readonly addressOf: (c: Context) => string;
}

/** For browsers, programs and other nodes' look-ups. */
export function createApp(uses: AppUses): Hono {
  const { site, isHttps, serveFile, cookie, organisation, version, log } = uses;
  const app = new Hono();
  const headers = securityHeaders(isHttps);
  const document = JSON.stringify(openApiDocument(version, cookie.set('').split('=')[0] ?? ''));

  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    if (c.req.path === '/healthz' || site.isHost(c.req.header('host'))) return next();
    return answerRefusal(c, { code: 'wrong_host' });
  });
  const mounting = { ...uses, isAdminSocket: false };
  mountContract(app, ENTRANCE, entranceRoutes(uses), mounting);
  mountContract(app, ACCOUNT, accountRoutes(uses), mounting);
  mountContract(app, KEYS, keysRoutes(uses), mounting);
  mountContract(app, TOKENS, tokensRoutes(uses), mounting);
  mountContract(app, CHATS, chatRoutes(uses), mounting);
  mountContract(app, FILES, filesRoutes(uses), mounting);
  mountUploads(app, { ...uses, ...mounting });
  mountDownloads(app, { ...uses, ...mounting });
  mountContract(app, PEOPLE, peopleRoutes(uses), mounting);
  mountContract(app, PERSONAL, personalRoutes(uses), mounting);
  mountContract(app, PUSH, pushRoutes(uses), mounting);
  mountAdmin(app, uses, false);
  app.get('/healthz', (c) => c.json({ ok: true }));
  app.get('/openapi.json', (c) => answerStranger(c, uses, 'application/json', () => document));
  app.get('/.well-known/conclave', (c) =>
    answerStranger(c, uses, 'application/cbor', () => new Uint8Array(organisation.chainBytes())),
  );
  app.get('*', (c) => serveFile(c) ?? answerRefusal(c, { code: 'not_found' }));
  answerRest(app, log);
  return app;
}

/** For `DATA/admin.sock`: administrators' rows alone, and no row of those takes a chat. */
export function createAdminApp(uses: AdminUses): Hono {
  const app = new Hono();
  mountAdmin(app, uses, true);
  answerRest(app, uses.log);
  return app;
}

function mountAdmin(app: Hono, uses: AdminUses, isAdminSocket: boolean): void {
  const mounting = { ...uses, isAdminSocket };
  mountContract(app, ACCOUNTS, accountsRoutes(uses), mounting);
  mountContract(app, NETWORK, networkRoutes(uses), mounting);
  mountContract(app, NODE, nodeRoutes(uses), mounting);
}

function answerStranger(
  c: Context,
  { rates, addressOf }: AdminUses,
  type: string,
  body: () => string | Uint8Array<ArrayBuffer>,
): Response {
  const rated = rates.stranger(addressOf(c));
  if (!rated.ok) return answerRefusal(c, rated.refusal);
  c.header('Content-Type', type);
  c.header('Cache-Control', 'no-cache');
  return c.body(body());
}

function answerRest(app: Hono, log: Log): void {
  app.notFound((c) => answerRefusal(c, { code: 'not_found' }));
  app.onError((error, c) => answerThrown(c, error, log, 'other'));
}
