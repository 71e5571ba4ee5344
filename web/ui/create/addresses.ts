/** Addresses in what somebody pastes: a list of them, a line of a mail program, a table. Each once, in the order in which they stand. */

const address = /[a-z0-9][a-z0-9._-]{0,63}@(?:[a-z0-9-]+\.)*[a-z0-9-]+/gi;

/** More than that at once is a mailing, and the node would ask to wait. */
export const MOST_PASTED = 30;

export function addressesIn(pasted: string): string[] {
  // Nobody pastes more than that on purpose.
  const found = pasted.slice(0, 64 * 1024).match(address) ?? [];
  return [...new Set(found.map((one) => one.toLowerCase()))];
}
