/** Limits of the files that a message names (SEAL 5.4). */
export const FILE_LIMITS = {
  perMessage: 10,
  nameLength: 255,
  typeLength: 127,
  /** Of a thumbnail, sealed apart. */
  thumbBytes: 128 * 1024,
  thumbSide: 1_024,
  /** Characters of base64: ten of them fit beside the longest text. */
  previewLength: 640,
  side: 65_535,
  durationMs: 30 * 24 * 3_600_000,
  bytes: 2 ** 46,
} as const;
