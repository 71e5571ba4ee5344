/**
 * Which IP addresses a look-up may connect to: those that are reachable for everybody, and those that the operator named.
 * Anything that leads to an address in another form (mapped, NAT64, 6to4, Teredo, compatible) is not public.
 */
import ipaddr from 'ipaddr.js';

/** All of IPv6 that is given out to networks; the rest is special or not yet anything. */
const GLOBAL_IPV6 = ipaddr.IPv6.parse('2000::');
const GLOBAL_IPV6_BITS = 3;

/** `address`: text as the resolver gives it. What is not an address is not public. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6, GLOBAL_IPV6_BITS);
}

/** `ranges`: addresses and ranges as in the configuration. */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return ranges.some((range) => {
    const [base, bits] = parseRange(range);
    return base.kind() === parsed.kind() && parsed.match(base, bits);
  });
}

function parseRange(range: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (range.includes('/')) return ipaddr.parseCIDR(range);
  const base = ipaddr.process(range);
  return [base, 8 * base.toByteArray().length];
}
