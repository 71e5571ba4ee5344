/**
 * Address look-ups over HTTPS (PROTOCOL 1.9). What a stranger types decides where we connect, so: only a plain domain, only
 * port 443, no redirect, addresses checked after they are resolved and the connection made to the checked ones (a second
 * answer of the name server changes nothing), at most `LIMITS.wellKnownBytes` in `LIMITS.wellKnownTimeoutMs` in all.
 */

import type { LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isDomain } from '../../protocol/identity/names.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Fault } from '../../protocol/result.ts';
import type { WellKnown } from '../ports.ts';
import { checkedLookup, resolveAll } from './checked-lookup.ts';
import { isPublicAddress, isWithin } from './public-address.ts';

const PATH = '/.well-known/conclave';

export interface WellKnownOptions {
  /** Addresses and ranges that are reached although they are not public. */
  readonly privateAddressesAllowed?: readonly string[];
  /** Domains of partners on this machine: asked at this origin (`http://127.0.0.1:8442`), with their domain as host. */
  readonly domainOverrides?: Readonly<Record<string, string>>;
  /** For tests: another port, another certificate authority, another resolver, less time. */
  readonly port?: number;
  readonly ca?: string;
  readonly resolve?: (domain: string) => Promise<LookupAddress[]>;
  readonly timeoutMs?: number;
}

export function createWellKnown(options: WellKnownOptions = {}): WellKnown {
  const { domainOverrides = {}, timeoutMs = LIMITS.wellKnownTimeoutMs } = options;
  return {
    fetchRecord: async (domain) => {
      if (!isDomain(domain)) throw new Fault('well-known: not a domain');
      const origin = Object.hasOwn(domainOverrides, domain) ? domainOverrides[domain] : undefined;
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const request = origin === undefined ? askDomain(domain, options, signal) : askOrigin(domain, origin, signal);
        return await readAnswer(request);
      } catch (error) {
        const why = signal.aborted ? 'no answer in time' : error instanceof Error ? error.message : String(error);
        throw new Fault(`well-known: ${domain}: ${why}`, { cause: error });
      }
    },
  };
}

function askDomain(domain: string, options: WellKnownOptions, signal: AbortSignal): http.ClientRequest {
  const { port = 443, ca, resolve = resolveAll, privateAddressesAllowed = [] } = options;
  const isAllowed = ({ address }: LookupAddress): boolean =>
    isPublicAddress(address) || isWithin(address, privateAddressesAllowed);
  return https.request({
    host: domain,
    servername: domain,
    port,
    path: PATH,
    agent: false,
    lookup: checkedLookup(resolve, isAllowed),
    headers: { accept: 'application/cbor' },
    signal,
    ...(ca === undefined ? {} : { ca }),
  });
}

/** The operator chose this address: it is neither resolved nor checked. */
function askOrigin(domain: string, origin: string, signal: AbortSignal): http.ClientRequest {
  const url = new URL(PATH, origin);
  const { request } = url.protocol === 'https:' ? https : http;
  return request(url, { agent: false, headers: { host: domain, accept: 'application/cbor' }, signal });
}

function readAnswer(request: http.ClientRequest): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string): void => {
      reject(new Error(why));
      request.destroy();
    };
    request.on('error', reject);
    request.on('response', (response) => {
      if (response.statusCode !== 200) return refuse(`status ${response.statusCode}`);
      if (response.headers['content-encoding'] !== undefined) return refuse('encoded answer');
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > LIMITS.wellKnownBytes) refuse('answer too large');
      });
      response.on('error', reject);
      response.on('end', () =>
        response.complete ? resolve(new Uint8Array(Buffer.concat(chunks))) : refuse('cut short'),
      );
    });
    request.end();
  });
}
