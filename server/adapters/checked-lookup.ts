/** Looks a name up for a socket and gives it only addresses that passed: it has no other to connect to. */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

export function resolveAll(domain: string): Promise<LookupAddress[]> {
  return new Promise((found, failed) => {
    lookup(domain, { all: true }, (error, addresses) => (error ? failed(error) : found(addresses)));
  });
}

export function checkedLookup(
  resolve: (domain: string) => Promise<LookupAddress[]>,
  isAllowed: (address: LookupAddress) => boolean,
): LookupFunction {
  return (domain, { all }, callback) => {
    resolve(domain).then(
      (addresses) => {
        const allowed = addresses.filter(isAllowed);
        const first = allowed[0];
        if (first === undefined) callback(new Error('no public address'), []);
        else if (all) callback(null, allowed);
        else callback(null, first.address, first.family);
      },
      (error) => callback(error, []),
    );
  };
}
