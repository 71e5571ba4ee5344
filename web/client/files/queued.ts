/** Files of a message that waits in the outbox: what is known of them before they are on the node. */
import { toBase64 } from '../base64.ts';
import type { Random } from '../ports.ts';
import type { FileContent } from './file-content.ts';
import { FILE_LIMITS } from './limits.ts';
import { shownName } from './names.ts';
import { FILE_KEY_BYTES } from './sealing.ts';
import type { OutgoingFile } from './views.ts';

/** One stream of bytes to be sealed and uploaded. */
export interface QueuedBlob {
  /** Of its place on the disk. */
  readonly id: string;
  readonly key: string;
  readonly size: number;
}

export interface QueuedFile extends QueuedBlob {
  readonly name: string;
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
  readonly preview?: string;
  readonly thumb?: QueuedBlob & { readonly width: number; readonly height: number };
}

export function queuedFile(random: Random, { file, name, type, thumb, ...rest }: OutgoingFile): QueuedFile {
  const { width, height, durationMs, preview } = rest;
  const isThumb = thumb !== undefined && thumb.file.size > 0 && thumb.file.size <= FILE_LIMITS.thumbBytes;
  return {
    ...queuedBlob(random, file.size),
    name: shownName(name),
    type: type.slice(0, FILE_LIMITS.typeLength),
    ...(width !== undefined && height !== undefined ? { width, height } : {}),
    ...(durationMs === undefined ? {} : { durationMs: Math.round(durationMs) }),
    ...(preview === undefined || preview.length > FILE_LIMITS.previewLength ? {} : { preview }),
    ...(isThumb ? { thumb: { ...queuedBlob(random, thumb.file.size), width: thumb.width, height: thumb.height } } : {}),
  };
}

function queuedBlob(random: Random, size: number): QueuedBlob {
  return { id: toBase64(random.bytes(16)), key: toBase64(random.bytes(FILE_KEY_BYTES)), size };
}

/** The file before its thumbnail. */
export function blobsIn(files: readonly QueuedFile[]): QueuedBlob[] {
  return files.flatMap((file) => (file.thumb ? [file, file.thumb] : [file]));
}

/** As the message names it, once the node has it. */
export function contentOf(file: QueuedFile, blobOf: (id: string) => string): FileContent {
  const { id, name, type, size, key, width, height, durationMs, preview, thumb } = file;
  return {
    name,
    type,
    size,
    blob: blobOf(id),
    key,
    ...(width !== undefined && height !== undefined ? { width, height } : {}),
    ...(durationMs === undefined ? {} : { duration: durationMs }),
    ...(preview === undefined ? {} : { preview }),
    ...(thumb
      ? {
          thumb: { blob: blobOf(thumb.id), key: thumb.key, size: thumb.size, width: thumb.width, height: thumb.height },
        }
      : {}),
  };
}
