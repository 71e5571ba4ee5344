/**
 * Which X25519 keys may enter (SEAL 1.2, 2.2): 32 bytes, the canonical encoding of a number below 2^255 - 19, and not of small
 * order, for which every agreement gives zeros whoever holds the other key.
 */
const PRIME = 2n ** 255n - 19n;
/** u of every point of small order, on the curve and on its twist (RFC 7748 §6.1, with those that are canonical). */
const SMALL_ORDER = new Set([
  0n,
  1n,
  PRIME - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
]);

export function isAdmissibleUserKey(key: Uint8Array): boolean {
  if (key.length !== 32) return false;
  let u = 0n;
  for (const byte of key.toReversed()) u = (u << 8n) | BigInt(byte);
  return u < PRIME && !SMALL_ORDER.has(u);
}
