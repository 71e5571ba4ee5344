/** Is it a picture that can be shown? By its bytes, not by its name. */
import { imageSize, isDecodable } from '../../client/files/image-size.ts';
import { imageTypeOf } from '../../client/files/kinds.ts';
import type { Picture } from './picture.ts';

export async function judged(bytes: Uint8Array<ArrayBuffer>): Promise<Picture> {
  const type = imageTypeOf(bytes);
  if (type === null) return { is: 'none', why: 'not-image' };
  const file = new Blob([bytes], { type });
  const size = await imageSize(file);
  if (!size || !isDecodable(size)) return { is: 'none', why: size ? 'too-large' : 'not-image' };
  return { is: 'here', url: URL.createObjectURL(file) };
}
