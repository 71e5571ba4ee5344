import type { Peer } from './routes.ts';

/** Of a partner by ticket only the domain is known until the two nodes have met. */
export function partnerName({ name, domain, org }: Peer): string {
  return name || domain || org;
}
