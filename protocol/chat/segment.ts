/**
 * Segments: where the secret of a sealed chat changes (SEAL 4.2). At every act between two of them it stays what it was. The
 * reducer says where they begin; who holds keys derives by them (seal/epochs.ts). Always holds: positions rise.
 */
import type { Cpos } from '../ids.ts';

/** `direct` is position 0 of a direct chat; `rekey` is drawn anew; the others follow one way from the secret before. */
export type SegmentKind = 'direct' | 'rekey' | 'invite' | 'accept' | 'readmit' | 'tick';

export interface Segment {
  readonly at: Cpos;
  readonly kind: SegmentKind;
  /** 32 bytes: what the secret that begins here must fit. Always there for a rekey, null or not for an invite and a readmit. */
  readonly commit: Uint8Array | null;
}
