/** Web Push of this browser: asked for only when somebody switches it on; ended here and at the node. */
import type { Messenger } from '../../client/model.ts';

export const canSubscribe = () => 'PushManager' in window && 'serviceWorker' in navigator && 'Notification' in window;

async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return canSubscribe() ? navigator.serviceWorker.getRegistration() : undefined;
}

/** Null: this browser is not told. */
export async function subscribed(): Promise<PushSubscription | null> {
  return (await (await registration())?.pushManager.getSubscription()) ?? null;
}

/** Why it is not on now; null: it is. */
export async function subscribe(messenger: Messenger): Promise<'denied' | 'none' | 'failed' | null> {
  const here = await registration();
  if (!here) return 'none';
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const key = await messenger.admin<{ publicKey: string | null }>('GET /api/v1/me/push', {});
  if (!key.ok || key.value.publicKey === null) return 'none';
  try {
    const made = await here.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key.value.publicKey });
    const { endpoint, keys } = made.toJSON();
    const body = { endpoint, p256dh: keys?.p256dh, auth: keys?.auth };
    const told = await messenger.admin('PUT /api/v1/me/push', { body });
    if (told.ok) return null;
    await made.unsubscribe();
    return 'failed';
  } catch {
    return 'failed';
  }
}

export async function unsubscribe(messenger: Messenger): Promise<void> {
  const made = await subscribed();
  if (!made) return;
  await messenger.admin('POST /api/v1/me/push/end', { body: { endpoint: made.endpoint } });
  await made.unsubscribe();
}
