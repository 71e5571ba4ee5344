/**
 * `GET /api/v1/admin/doctor`: what only the running node can check. The rest (configuration, folder, disk, ports) is checked by the
 * command on the same machine: commands/doctor.ts. Collaborators are handed in by node.ts.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import type { Organisation } from '../../protocol/identity/organisation.ts';
import type { Network } from '../identity/network.ts';
import type { OwnOrganisation } from '../identity/organisation.ts';
import type { Clock, WellKnown } from '../ports.ts';
import {
  bad,
  checkClock,
  checkNetwork,
  checkPeer,
  checkPhrase,
  checkRecord,
  good,
  skipped,
  warning,
} from './checks.ts';
import type { Check, Status } from './shapes.ts';

export interface DoctorUses {
  readonly clock: Pick<Clock, 'now'>;
  readonly organisation: Pick<OwnOrganisation, 'current'>;
  readonly network: Pick<Network, 'settings'>;
  readonly status: () => Status;
  readonly wellKnown: WellKnown;
}

/** Resolves within the time limit of one look-up. */
export function createDoctor(uses: DoctorUses): () => Promise<Check[]> {
  return async () => {
    const organisation = uses.organisation.current();
    const network = uses.network.settings();
    const status = uses.status();
    const now = uses.clock.now();
    return [
      checkClock(now, organisation.record.issuedAt),
      checkRecord(organisation, now, true),
      checkPhrase(status.phraseConfirmed),
      checkNetwork(network),
      checkAnnounced(status),
      await checkDomain(organisation, uses.wellKnown),
      checkStopped(status.stopped),
      ...(network.mode === 'off' ? [] : status.peers.map((peer) => checkPeer(peer, now))),
    ];
  };
}

function checkAnnounced({ federationAddresses, domain }: Status): Check {
  const name = 'federation address';
  if (isLocal(domain)) return skipped(name, federationAddresses.join(', '));
  const outside = federationAddresses.filter((address) => !/^\/ip[46]\/(127\.|::1|0\.0\.0\.0|::\/)/.test(address));
  if (outside.length > 0) return good(name, outside.join(', '));
  return warning(
    name,
    'partners are told no address but this machine itself',
    'Set federation.announce in the configuration, such as ["/dns4/chat.acme.example/tcp/4440"], and restart.',
  );
}

/** Does https://DOMAIN/.well-known/conclave show our own record, asked as a partner would? */
async function checkDomain({ record, chainBytes }: Organisation, wellKnown: WellKnown): Promise<Check> {
  const domain = record.domains[0] ?? '';
  const name = 'domain';
  if (isLocal(domain)) return skipped(name, `${domain} is for this machine only`);
  try {
    const served = await wellKnown.fetchRecord(domain);
    if (equalBytes(served, chainBytes)) return good(name, `https://${domain}/.well-known/conclave shows the record`);
    const fix = 'Restart the proxy or clear its cache; check that no other node serves the domain.';
    return bad(name, `https://${domain}/.well-known/conclave shows another record`, fix);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const fix = `Let https://${domain}/.well-known/conclave reach this node (see config/nginx.conf). Partners added by ticket need it not.`;
    return warning(name, `not reached as a partner would: ${why}`, fix);
  }
}

/** For trials on one machine. */
function isLocal(domain: string): boolean {
  return domain === 'localhost' || domain.endsWith('.localhost');
}

function checkStopped(stopped: Status['stopped']): Check {
  const name = 'chats';
  if (stopped.length === 0) return good(name, 'none has stopped');
  const reasons = stopped.map(({ reason, count }) => `${count} × ${reason}`).join(', ');
  return bad(name, `stopped: ${reasons}`, 'Was this node restored from a backup, or does it run twice? Stop the copy.');
}
