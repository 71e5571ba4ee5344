/**
 * Pieces of files between nodes (PROTOCOL 5.8a): one request and its answer, as bytes. Always holds: hostile bytes give null or
 * a refusal, and an answer is never longer than a piece.
 */
import { decode, encode, fields, hash32, id, type TypeOf, uint, version } from '../../protocol/codec.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Result } from '../../protocol/result.ts';

const request = fields({ v: version(1), chatId: id('chat'), hash: hash32, offset: uint() });
export type PieceRequest = TypeOf<typeof request>;

/** `bytes`: of the whole file; `piece`: from the offset on, at most [blobPieceBytes]. `unknown`: not here, or not for the asker. */
export type PieceAnswer =
  | { readonly is: 'piece'; readonly bytes: number; readonly piece: Uint8Array }
  | { readonly is: 'unknown' }
  | { readonly is: 'busy' };

const KINDS = { piece: 0, unknown: 1, busy: 2 } as const;
const HEAD_BYTES = 9;

export function encodeRequest(value: PieceRequest): Uint8Array {
  return encode(request, value);
}

export function decodeRequest(bytes: Uint8Array): Result<PieceRequest> {
  return decode(request, bytes, LIMITS.blobHeadBytes);
}

/** One byte of kind, the length of the whole file in eight, then the piece. */
export function encodeAnswer(answer: PieceAnswer): Uint8Array {
  const piece = answer.is === 'piece' ? answer.piece : new Uint8Array();
  const bytes = new Uint8Array(HEAD_BYTES + piece.length);
  bytes[0] = KINDS[answer.is];
  if (answer.is === 'piece') new DataView(bytes.buffer).setBigUint64(1, BigInt(answer.bytes));
  bytes.set(piece, HEAD_BYTES);
  return bytes;
}

/** null: not an answer to a request at `offset`. */
export function decodeAnswer(bytes: Uint8Array, offset: number): PieceAnswer | null {
  if (bytes.length < HEAD_BYTES || bytes.length > HEAD_BYTES + LIMITS.blobPieceBytes) return null;
  if (bytes[0] === KINDS.unknown) return { is: 'unknown' };
  if (bytes[0] === KINDS.busy) return { is: 'busy' };
  if (bytes[0] !== KINDS.piece) return null;
  const whole = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(1));
  const piece = bytes.subarray(HEAD_BYTES);
  const expected = Math.min(LIMITS.blobPieceBytes, whole - offset);
  return Number.isSafeInteger(whole) && piece.length === expected && expected > 0
    ? { is: 'piece', bytes: whole, piece }
    : null;
}
