import { lazy, Suspense, useState } from 'react';
import type { ChatId, EntryId } from '../../../protocol/ids.ts';
import { kindOf } from '../../client/files/kinds.ts';
import type { FileView } from '../../client/files/views.ts';
import { text } from '../text/files.ts';
import { sentPicture } from './attaching.ts';
import { FileCard } from './FileCard.tsx';
import { ImageTile } from './ImageTile.tsx';
import css from './MessageFiles.module.css';
import { UploadControls } from './UploadControls.tsx';

const Viewer = lazy(async () => ({ default: (await import('./Viewer.tsx')).Viewer }));

interface Props {
  readonly chat: ChatId;
  readonly entryId: EntryId;
  readonly files: readonly FileView[];
}

/** The files of a message: pictures in a grid, then the others, then how far their upload is. */
export function MessageFiles({ chat, entryId, files }: Props) {
  const [open, setOpen] = useState<number | null>(null);
  const numbered = files.map((file, index) => ({ file, index }));
  const isImage = ({ file }: { file: FileView }) => kindOf(file) === 'image' && !file.missing;
  const images = numbered.filter(isImage);
  const others = numbered.filter((each) => !isImage(each));
  return (
    <div className={css.files}>
      {images.length > 0 ? (
        <ul
          className={css.grid}
          data-one={images.length === 1}
          aria-label={text('files.list', { count: images.length })}
        >
          {images.map(({ file, index }) => (
            <li key={file.id}>
              <ImageTile
                chat={chat}
                file={file}
                alone={images.length === 1}
                before={sentPicture(entryId, index)}
                onOpen={() => setOpen(index)}
              />
            </li>
          ))}
        </ul>
      ) : null}
      {others.map(({ file, index }) => (
        <FileCard key={file.id} chat={chat} file={file} onOpen={() => setOpen(index)} />
      ))}
      <UploadControls chat={chat} entryId={entryId} files={files} />
      {open === null ? null : (
        <Suspense>
          <Viewer chat={chat} files={files} first={open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </div>
  );
}
