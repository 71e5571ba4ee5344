/**
 * Push services of browsers (RFC 8030): notes are encrypted for the browser (RFC 8291) and signed by the node (RFC 8292). A browser says
 * where it is called, so: HTTPS on port 443 only, a host name and no address, one that the configuration allows, no redirect; what it
 * resolves to is checked, and the connection made to what was checked; a small answer in little time.
 */
import type { LookupAddress } from 'node:dns';
import https from 'node:https';
import { isIP } from 'node:net';
import webpush from 'web-push';
import { LIMITS } from '../../protocol/limits.ts';
import { Fault } from '../../protocol/result.ts';
import type { PushAnswer, PushMessage, WebPush } from '../ports.ts';
import { checkedLookup, resolveAll } from './checked-lookup.ts';
import { isPublicAddress, isWithin } from './public-address.ts';

export interface WebPushOptions {
  /** Hosts that may be called, and all below them; empty: any. */
  readonly hosts?: readonly string[];
  /** For tests: a service on this machine. */
  readonly privateAddressesAllowed?: readonly string[];
  readonly anyPort?: boolean;
  readonly ca?: string;
  readonly resolve?: (domain: string) => Promise<LookupAddress[]>;
}

const TIMEOUT_MS = 10_000;

export function createWebPush(options: WebPushOptions = {}): WebPush {
  const { hosts = [], anyPort = false } = options;
  function mayCall(endpoint: string): boolean {
    const url = URL.parse(endpoint);
    if (!url || endpoint.length > LIMITS.pushEndpointBytes) return false;
    const { protocol, hostname, port, username, password, hash } = url;
    if (protocol !== 'https:' || username || password || hash || (port !== '' && !anyPort)) return false;
    if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || !hostname.includes('.')) return false;
    return hosts.length === 0 || hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  }
  return {
    makeKeys() {
      const { publicKey, privateKey } = webpush.generateVAPIDKeys();
      return { publicKey: fromText(publicKey), privateKey: fromText(privateKey) };
    },
    mayCall,
    async send(message) {
      const { endpoint } = message.target;
      if (!mayCall(endpoint)) throw new Fault('push: an address that is not called');
      try {
        return await post(message, options);
      } catch (error) {
        throw new Fault(`push: ${new URL(endpoint).host}: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      }
    },
  };
}

function post(
  message: PushMessage,
  { ca, resolve = resolveAll, privateAddressesAllowed = [] }: WebPushOptions,
): Promise<PushAnswer> {
  const { target, keys, subject, note, topic, lifetimeSeconds } = message;
  const isAllowed = ({ address }: LookupAddress) =>
    isPublicAddress(address) || isWithin(address, privateAddressesAllowed);
  const subscription = {
    endpoint: target.endpoint,
    keys: { p256dh: toText(target.p256dh), auth: toText(target.auth) },
  };
  const vapidDetails = { subject, publicKey: toText(keys.publicKey), privateKey: toText(keys.privateKey) };
  const { headers, body } = webpush.generateRequestDetails(subscription, Buffer.from(note), {
    ...{ vapidDetails, topic, TTL: lifetimeSeconds, urgency: 'high', contentEncoding: 'aes128gcm' },
  });
  return new Promise((answered, failed) => {
    const request = https.request(target.endpoint, {
      ...{ method: 'POST', headers, agent: false, lookup: checkedLookup(resolve, isAllowed) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(ca === undefined ? {} : { ca }),
    });
    request.on('error', failed);
    request.on('response', (response) => {
      const { statusCode: status = 0 } = response;
      answered({ status, retryAfterMs: retryAfterMs(response.headers['retry-after']) });
      // What it says beside that is not looked at.
      response.destroy();
    });
    request.end(body);
  });
}

/** Seconds; a date is not worth a clock. */
function retryAfterMs(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}

function toText(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}

function fromText(text: string): Uint8Array {
  return Uint8Array.fromBase64(text, { alphabet: 'base64url' });
}
