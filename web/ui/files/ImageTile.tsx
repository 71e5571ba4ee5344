import { ImageOff } from 'lucide-react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { FileView } from '../../client/files/views.ts';
import { text } from '../text/files.ts';
import css from './ImageTile.module.css';
import { usePicture } from './pictures.ts';
import { previewUrl } from './previewing.ts';

interface Props {
  readonly chat: ChatId;
  readonly file: FileView;
  readonly alone: boolean;
  /** Of who sent it, until the node has the thumbnail. */
  readonly before: string | null;
  readonly onOpen: () => void;
}

/** Its place is as large before it is loaded as after. */
export function ImageTile({ chat, file, alone, before, onOpen }: Props) {
  const picture = usePicture(chat, file.thumb);
  const url = picture?.is === 'here' ? picture.url : before;
  const tiny = url === null ? previewUrl(file.preview) : null;
  const { width, height } = file.thumb ?? file;
  const shape = alone && width && height ? { aspectRatio: `${width} / ${height}` } : undefined;
  return (
    <button
      type="button"
      className={css.tile}
      data-alone={alone}
      style={shape}
      aria-label={text('files.open', { name: file.name })}
      title={file.name}
      disabled={file.sealed === null}
      onClick={onOpen}
    >
      {url !== null ? <img src={url} alt="" /> : null}
      {tiny !== null ? <img className={css.tiny} src={tiny} alt="" /> : null}
      {url === null && tiny === null ? <ImageOff aria-hidden /> : null}
    </button>
  );
}
