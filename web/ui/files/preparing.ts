/**
 * A file made ready to be sent: without place and camera, with a thumbnail of its own. Always holds: nothing is decoded whose size was
 * not judged before, and what cannot be looked at is sent all the same, without a picture.
 */
import { readPart } from '../../client/files/bytes.ts';
import { imageTypeOf, kindOf } from '../../client/files/kinds.ts';
import { shownName } from '../../client/files/names.ts';
import { type Stripped, stripped } from '../../client/files/strip/strip.ts';
import type { OutgoingFile } from '../../client/files/views.ts';
import { lookAtAudio, lookAtVideo } from './looking-media.ts';
import type { Looks } from './looks.ts';
import { lookAtImage } from './thumbnails.ts';

export interface Prepared {
  readonly ready: OutgoingFile;
  readonly place: Stripped['place'];
}

/** Throws where the file cannot be read. */
export async function prepare(file: File): Promise<Prepared> {
  const imageType = imageTypeOf(await readPart(file, 0, 32));
  const type = imageType ?? (/^[a-z]+\/[\w.+-]+$/.test(file.type) ? file.type : '');
  const name = shownName(file.name);
  const clean = await stripped(file);
  const looks = await lookInto(clean.file, { type, name }).catch((): Looks => ({}));
  return { ready: { file: clean.file, name, type, ...looks }, place: clean.place };
}

async function lookInto(file: Blob, named: { type: string; name: string }): Promise<Looks> {
  switch (kindOf(named)) {
    case 'image':
      return (await lookAtImage(file)) ?? {};
    case 'video':
      return lookAtVideo(file);
    case 'audio':
      return lookAtAudio(file);
    case 'pdf': {
      const { lookAtPdf } = await import('./pdf.ts');
      return lookAtPdf(file);
    }
    default:
      return {};
  }
}
