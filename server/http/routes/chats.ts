/**
 * Chats. Always holds: whoever is not in a chat gets from every route here what a made-up id gets (P2), because the domain's
 * gate answers before anything of the chat is looked at.
 */
import { chatIdOf } from '../../../protocol/chat/genesis.ts';
import type { Arrival, ChatId } from '../../../protocol/ids.ts';
import { ok, type Result, refuse } from '../../../protocol/result.ts';
import type { SignedIn } from '../../accounts/access.ts';
import type { Beside } from '../../chats/asking.ts';
import type { Chats } from '../../chats/chats.ts';
import type { Author } from '../../chats/places.ts';
import type { OpenQuery } from '../../chats/searching.ts';
import { bytesOf, type Call, type Handlers } from '../call.ts';

export const CHATS = [
  'GET /api/v1/chats',
  'GET /api/v1/chats/:chat',
  'POST /api/v1/chats',
  'GET /api/v1/public-chats',
  'GET /api/v1/chats/:chat/control',
  'GET /api/v1/chats/:chat/entries',
  'POST /api/v1/chats/:chat/messages',
  'POST /api/v1/chats/:chat/requests',
  'POST /api/v1/chats/:chat/fin',
  'POST /api/v1/chats/:chat/erase',
  'POST /api/v1/chats/:chat/consent',
  'POST /api/v1/chats/:chat/read',
  'GET /api/v1/chats/:chat/delivery',
  'GET /api/v1/chats/:chat/wraps',
  'GET /api/v1/search',
  'GET /api/v1/chats/:chat/search',
] as const;
type Key = (typeof CHATS)[number];

export function authorOf({ account, device }: SignedIn): Author {
  const { accountId, role, mayBringOutsiders } = account;
  return { account: accountId, device, administrator: role === 'admin', mayBringOutsiders };
}

export interface ChatUses {
  readonly chats: Chats;
  /** Everything up to this arrival position is on disk. */
  readonly committed: () => Arrival;
}

export function chatRoutes({ chats, committed }: ChatUses): Handlers<Key> {
  const { reading } = chats;

  async function search(me: SignedIn, chat: ChatId | null, query: OpenQuery) {
    const hits = await chats.search(me.account.accountId, chat, query);
    return hits.ok ? ok({ hits: hits.value }) : hits;
  }

  async function found({ me, body }: Call<'POST /api/v1/chats'>) {
    const { accountId } = me.account;
    const genesis = bytesOf(body.genesis);
    const chatId = chatIdOf(genesis);
    const before = reading.summary(accountId, chatId);
    // A retry after a lost answer: the chat that this genesis makes is here, and the request is taken once.
    const isRetry = before.ok && before.value.kind !== 'direct';
    const founded: Result<unknown> = isRetry
      ? before
      : await chats.found.chat(authorOf(me), genesis, body.request === null ? null : bytesOf(body.request));
    if (!founded.ok) return founded;
    if (body.request !== null) {
      const asked = await chats.request(authorOf(me), chatId, bytesOf(body.request), besideOf(body));
      if (!asked.ok) return asked;
    }
    return reading.summary(accountId, chatId);
  }

  async function request({ me, params, body }: Call<'POST /api/v1/chats/:chat/requests'>) {
    const asked = await chats.request(authorOf(me), params.chat, bytesOf(body.body), besideOf(body));
    if (!asked.ok) return asked;
    const now = reading.summary(me.account.accountId, params.chat);
    if (!now.ok) return now;
    const { cpos, chash } = now.value.head;
    return ok({ ...asked.value, head: { cpos, chash } });
  }

  return {
    'GET /api/v1/chats': ({ me }) => {
      const arrival = committed();
      return ok({ chats: reading.list(me.account.accountId), arrival });
    },
    'GET /api/v1/chats/:chat': ({ me, params }) => reading.summary(me.account.accountId, params.chat),
    'POST /api/v1/chats': found,
    'GET /api/v1/public-chats': ({ me }) => ok({ chats: reading.publicChats(me.account.accountId) }),
    'GET /api/v1/chats/:chat/control': ({ me, params, query }) =>
      reading.control(me.account.accountId, params.chat, query.from),
    'GET /api/v1/chats/:chat/entries': ({ me, params, query }) =>
      query.before !== undefined && query.after !== undefined
        ? refuse('bad_input', 'query: before or after, not both')
        : reading.entries(me.account.accountId, params.chat, query),
    'POST /api/v1/chats/:chat/messages': ({ me, params, body }) =>
      chats.message(authorOf(me), params.chat, bytesOf(body.body), body.blobs?.map(bytesOf)),
    'POST /api/v1/chats/:chat/requests': request,
    'POST /api/v1/chats/:chat/fin': async ({ me, params, body }) =>
      done(await chats.fin(authorOf(me), params.chat, bytesOf(body.body))),
    'POST /api/v1/chats/:chat/erase': ({ me, params, body }) =>
      chats.erase(authorOf(me), params.chat, bytesOf(body.body)),
    'POST /api/v1/chats/:chat/consent': async ({ me, params }) =>
      done(await chats.consent(me.account.accountId, params.chat)),
    'POST /api/v1/chats/:chat/read': async ({ me, params, body }) =>
      done(await chats.markRead(me.account.accountId, params.chat, body.arrival)),
    'GET /api/v1/chats/:chat/delivery': ({ me, params }) => {
      const delivery = reading.delivery(me.account.accountId, params.chat);
      return delivery.ok ? ok({ delivery: delivery.value }) : delivery;
    },
    'GET /api/v1/chats/:chat/wraps': ({ me, params, query }) => {
      const wraps = reading.wraps(me.account.accountId, params.chat, query.from);
      return wraps.ok ? ok({ wraps: wraps.value }) : wraps;
    },
    'GET /api/v1/search': ({ me, query }) => search(me, null, query),
    'GET /api/v1/chats/:chat/search': ({ me, params, query }) => search(me, params.chat, query),
  };
}

function besideOf({ looks, bundles }: { looks: readonly string[]; bundles: readonly string[] }): Beside {
  return { looks: looks.map(bytesOf), bundles: bundles.map(bytesOf) };
}

function done(result: Result<null>): Result<Record<string, never>> {
  return result.ok ? ok({}) : result;
}
