/**
 * Files as a message names them (SEAL 5.4): made here, and checked when it is opened. Always holds: what is out of form is left out, so
 * that a hostile message shows fewer files and never breaks a screen.
 */

import { FILE_LIMITS } from './limits.ts';
import { shownName } from './names.ts';
import type { FileView } from './views.ts';

export interface ThumbContent {
  readonly blob: string;
  readonly key: string;
  readonly size: number;
  readonly width: number;
  readonly height: number;
}

export interface FileContent {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly blob: string;
  readonly key: string;
  readonly width?: number;
  readonly height?: number;
  readonly duration?: number;
  readonly preview?: string;
  readonly thumb?: ThumbContent;
}

type Loose = Record<string, unknown>;

/** 32 bytes in base64url. */
const BYTES_32 = /^[\w-]{43}$/;
const TYPE = /^[a-z]+\/[\w.+-]+$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export function readFiles(value: unknown): FileContent[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, FILE_LIMITS.perMessage).flatMap((each) => readFile(each) ?? []);
}

function readFile(value: unknown): FileContent | null {
  const { name, type, size, blob, key, width, height, duration, preview, thumb } = asLoose(value);
  if (typeof name !== 'string' || !isId(blob) || !isId(key) || !isWhole(size, 0, FILE_LIMITS.bytes)) return null;
  const sides = isWhole(width, 1, FILE_LIMITS.side) && isWhole(height, 1, FILE_LIMITS.side);
  const isPreview = typeof preview === 'string' && preview.length <= FILE_LIMITS.previewLength && BASE64.test(preview);
  const read = readThumb(thumb);
  return {
    name: shownName(name),
    type: typeof type === 'string' && type.length <= FILE_LIMITS.typeLength && TYPE.test(type) ? type : '',
    size,
    blob,
    key,
    ...(sides ? { width: width as number, height: height as number } : {}),
    ...(isWhole(duration, 0, FILE_LIMITS.durationMs) ? { duration } : {}),
    ...(isPreview ? { preview } : {}),
    ...(read ? { thumb: read } : {}),
  };
}

function readThumb(value: unknown): ThumbContent | null {
  const { blob, key, size, width, height } = asLoose(value);
  if (!isId(blob) || !isId(key) || !isWhole(size, 1, FILE_LIMITS.thumbBytes)) return null;
  const side = FILE_LIMITS.thumbSide;
  return isWhole(width, 1, side) && isWhole(height, 1, side) ? { blob, key, size, width, height } : null;
}

function asLoose(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? (value as Loose) : {};
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && BYTES_32.test(value);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** The blobs that a message with these files names to the nodes. */
export function blobsOf(files: readonly FileContent[]): string[] {
  return [...new Set(files.flatMap(({ blob, thumb }) => (thumb ? [blob, thumb.blob] : [blob])))];
}

/** `named`: the blobs that the nodes keep for the message. */
export function fileViewOf(file: FileContent, index: number, named: readonly string[]): FileView {
  const { name, type, size, blob, key, width, height, duration, preview, thumb } = file;
  return {
    id: `${index}-${blob}`,
    name,
    type,
    size,
    width: width ?? null,
    height: height ?? null,
    durationMs: duration ?? null,
    preview: preview ?? null,
    sealed: { blob, key, size },
    thumb: thumb && named.includes(thumb.blob) ? thumb : null,
    missing: !named.includes(blob),
    upload: null,
  };
}
