import type { ChatId } from '../../../protocol/ids.ts';
import type { FileView } from '../../client/files/views.ts';
import { Spinner } from '../parts/Spinner.tsx';
import { text } from '../text/files.ts';
import { usePicture } from './pictures.ts';
import { troubleSentence } from './trouble.ts';
import css from './Viewer.module.css';

interface Props {
  readonly chat: ChatId;
  readonly file: FileView;
  readonly zoom: number;
}

export function ImageView({ chat, file, zoom }: Props) {
  const picture = usePicture(chat, file.sealed);
  if (!picture || picture.is === 'loading') return <Spinner />;
  if (picture.is === 'trouble') return <p role="alert">{troubleSentence(picture.trouble)}</p>;
  if (picture.is === 'none')
    return <p>{text(picture.why === 'too-large' ? 'files.too-large-image' : 'files.not-image')}</p>;
  return <img className={css.image} style={{ width: `${zoom * 100}%` }} src={picture.url} alt={file.name} />;
}
