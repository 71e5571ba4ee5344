/** Is it our node that answers at the web port? It shows whose record it serves (PROTOCOL 1.9). */
import http from 'node:http';
import https from 'node:https';
import { claimedOrgId } from '../../protocol/identity/organisation.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Config } from '../config/config.ts';
import { bad, good, skipped } from './checks.ts';
import { dialled } from './local-checks.ts';
import type { Check } from './shapes.ts';

const TIMEOUT_MS = 5_000;
const FIX = 'Stop what else listens there, or change web.port, and restart the node.';

export async function checkWebPort({ web, organisation }: Config, org: string): Promise<Check> {
  const name = `port ${web.port}`;
  if (web.port === 0) return skipped('web.port', 'any free port was taken');
  try {
    const served = claimedOrgId(await fetchRecord(web, organisation.domain));
    if (served.ok && served.value === org) return good(name, 'answered by this node (web.port)');
    return bad(name, 'answered by another program or another node', FIX);
  } catch (error) {
    return bad(name, `not answered: ${error instanceof Error ? error.message : String(error)}`, FIX);
  }
}

function fetchRecord({ host, port, tls }: Config['web'], domain: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // It is this machine that is asked, so the certificate proves nothing here.
    const options = {
      host: dialled(host),
      port,
      path: '/.well-known/conclave',
      headers: { host: domain },
      timeout: TIMEOUT_MS,
    };
    const request = tls ? https.get({ ...options, rejectUnauthorized: false }) : http.get(options);
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > LIMITS.wellKnownBytes) request.destroy(new Error('more than a record'));
        chunks.push(chunk);
      });
      response.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    });
  });
}
