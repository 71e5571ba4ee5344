/** Bounds of one connection that both links keep, the real one and the simulated one. Bytes and milliseconds. PROTOCOL 5.1. */
import { LIMITS } from '../protocol/limits.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const LINK_BOUNDS = {
  /** `send` says `false` above this. */
  sendHighBytes: 1 * MIB,
  /** `onDrain` is called at or below this. */
  sendLowBytes: 256 * KIB,
  /** Who goes on sending after `false` loses the connection here. */
  sendMostBytes: 8 * MIB + LIMITS.frameBytes,
  dialTimeoutMs: 10_000,
  /** Calls of one side under way at once; further ones wait for their turn within their own time. */
  callsAtOnce: 32,
  /** The same of pieces of files. */
  fetchesAtOnce: 16,
} as const;
