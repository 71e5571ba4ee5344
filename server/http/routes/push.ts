/** Browsers that are told of what is new while they are closed. For sessions alone: it ends with the session. */
import { assert, ok } from '../../../protocol/result.ts';
import type { Notify } from '../../notify/notify.ts';
import { base64Of, bytesOf, type Handlers } from '../call.ts';

export const PUSH = ['GET /api/v1/me/push', 'PUT /api/v1/me/push', 'POST /api/v1/me/push/end'] as const;
type Key = (typeof PUSH)[number];

export interface PushUses {
  readonly notify: Pick<Notify, 'publicKey' | 'subscribe' | 'unsubscribe'>;
}

export function pushRoutes({ notify }: PushUses): Handlers<Key> {
  return {
    'GET /api/v1/me/push': async () => {
      const key = await notify.publicKey();
      return ok({ publicKey: key && base64Of(key) });
    },
    'PUT /api/v1/me/push': async ({ me: { account, via }, body: { endpoint, p256dh, auth } }) => {
      assert(via.kind === 'session', 'a row for sessions was reached by a token');
      const target = { endpoint, p256dh: bytesOf(p256dh), auth: bytesOf(auth) };
      const done = await notify.subscribe(account.accountId, via.sessionId, target);
      return done.ok ? ok({}) : done;
    },
    'POST /api/v1/me/push/end': async ({ me, body }) => {
      await notify.unsubscribe(me.account.accountId, body.endpoint);
      return ok({});
    },
  };
}
