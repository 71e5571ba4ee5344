/**
 * What kind of file it is. Always holds: what is shown as a picture is one by its own first bytes, whatever its name and its type
 * say; SVG, HTML and all else that can hold a program is never shown, only saved.
 */
import { text4 } from './bytes.ts';
import { extensionOf } from './names.ts';

export type FileKind = 'image' | 'video' | 'audio' | 'pdf' | 'text' | 'other';

/** Types of media that browsers play and that cannot hold a program. */
const PLAYED = /^(video\/(mp4|webm|ogg|quicktime)|audio\/(mpeg|mp4|ogg|webm|wav|x-wav|flac|aac|x-m4a))$/;
const SHOWN_IMAGES = /^image\/(jpeg|png|gif|webp|avif)$/;
const TEXTS =
  /^(text\/(plain|markdown|csv|tab-separated-values|x-[\w.+-]+)|application\/(json|toml|yaml|x-sh|x-yaml))$/;
const TEXT_ENDINGS = new Set(
  'txt md csv tsv log json toml yaml yml ini conf ts js py rs go c h cpp java sql sh'.split(' '),
);

/** As its author says; what is done with it is decided by its bytes. */
export function kindOf({ type, name }: { readonly type: string; readonly name: string }): FileKind {
  if (SHOWN_IMAGES.test(type)) return 'image';
  if (PLAYED.test(type)) return type.startsWith('video') ? 'video' : 'audio';
  if (type === 'application/pdf') return 'pdf';
  if (TEXTS.test(type)) return 'text';
  return (type === '' || type === 'application/octet-stream') && TEXT_ENDINGS.has(extensionOf(name)) ? 'text' : 'other';
}

/** Its type by its first bytes; null: none of the pictures that are shown. 32 bytes are enough. */
export function imageTypeOf(head: Uint8Array): string | null {
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg';
  if (head[0] === 0x89 && text4(head, 1) === 'PNG\r') return 'image/png';
  if (text4(head, 0) === 'GIF8') return 'image/gif';
  if (text4(head, 0) === 'RIFF' && text4(head, 8) === 'WEBP') return 'image/webp';
  if (text4(head, 4) === 'ftyp' && /^avi[fs]$/.test(text4(head, 8))) return 'image/avif';
  return null;
}

/** A type as it may stand in a header: anything else is bytes. */
export function playedType(type: string): string {
  return PLAYED.test(type) ? type : 'application/octet-stream';
}
