/**
 * Where a request comes from and which site it means. Always holds: `X-Forwarded-For` is believed only of a trusted proxy, from
 * its end on; a host name that is not ours is refused, so that a page cannot rebind its own name to this node.
 */
import ipaddr from 'ipaddr.js';

/** IP address of the client. `remote`: the socket's; empty for a unix socket. */
export function clientAddress(remote: string, forwardedFor: string | undefined, trusted: readonly string[]): string {
  const way = [...(forwardedFor ?? '').split(',').map((each) => each.trim()), plainAddress(remote)];
  for (let at = way.length - 1; at > 0; at -= 1) {
    const here = way[at] ?? '';
    if (!isWithin(here, trusted) || !ipaddr.isValid(way[at - 1] ?? '')) return plainAddress(here);
  }
  return plainAddress(way[0] ?? '');
}

function plainAddress(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
}

function isWithin(address: string, ranges: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return ranges.some((range) => {
    const [base, bits] = ipaddr.isValid(range) ? [ipaddr.process(range), null] : ipaddr.parseCIDR(range);
    if (base.kind() !== parsed.kind()) return false;
    return parsed.match(base, bits ?? (base.kind() === 'ipv4' ? 32 : 128));
  });
}

export interface Site {
  /** Is the `Host` header one of this node's names? */
  isHost(host: string | undefined): boolean;
  /** Does the browser say that the page asking is this node's own? `undefined`: it says nothing. */
  isSameOrigin(headers: {
    host: string | undefined;
    origin: string | undefined;
    fetchSite: string | undefined;
  }): boolean | undefined;
}

/** `url`: what browsers use, an origin; `domain`: where other organisations look the record up. */
export function createSite(url: () => string, domain: string): Site {
  const names = new Set([new URL(url()).hostname, domain]);
  const isNamed = (host: string): boolean => {
    const hostname = URL.parse(`http://${host}`)?.hostname ?? '';
    return names.has(hostname) || isLoopbackName(hostname);
  };
  return {
    isHost: (host) => host !== undefined && isNamed(host),
    isSameOrigin({ host, origin, fetchSite }) {
      if (origin !== undefined) return origin === url() || URL.parse(origin)?.host === host?.toLowerCase();
      return fetchSite === undefined ? undefined : fetchSite === 'same-origin';
    },
  };
}

/** Names that no name server answers for, so nobody can rebind them. */
function isLoopbackName(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback';
}
