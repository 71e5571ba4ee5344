import { Pause, Play, X } from 'lucide-react';
import type { ChatId, EntryId } from '../../../protocol/ids.ts';
import type { FileView } from '../../client/files/views.ts';
import { useTell } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { text } from '../text/files.ts';
import { size } from '../text/time.ts';
import css from './UploadControls.module.css';

interface Props {
  readonly chat: ChatId;
  readonly entryId: EntryId;
  readonly files: readonly FileView[];
}

/** How far each file is on its way to the own node, and what can be done about it. */
export function UploadControls({ chat, entryId, files }: Props) {
  const messenger = useMessenger();
  const tell = useTell();
  const going = files.filter(({ upload }) => upload !== null);
  if (going.length === 0) return null;
  const paused = going.some(({ upload }) => upload?.is === 'paused');
  const pausable = going.some(({ upload }) => upload?.is === 'uploading' || upload?.is === 'waiting');
  return (
    <ul className={css.uploads}>
      {going.map((file) => (
        <li key={file.id} className={css.upload}>
          <bdi className={css.name}>{file.name}</bdi>
          <span className={css.state}>{stateOf(file)}</span>
          {paused || pausable ? (
            <IconButton
              small
              icon={paused ? Play : Pause}
              label={text(paused ? 'files.resume' : 'files.pause')}
              onClick={() => tell(messenger.pauseFiles(chat, entryId, !paused))}
            />
          ) : null}
          <IconButton
            small
            icon={X}
            label={text('files.cancel', { name: file.name })}
            onClick={() => tell(messenger.dropFile(chat, entryId, file.id))}
          />
          <progress
            className={css.bar}
            max={1}
            value={shareOf(file)}
            aria-label={text('files.progress', { name: file.name })}
          />
        </li>
      ))}
    </ul>
  );
}

function shareOf({ upload }: FileView): number {
  if (!upload || !Number.isFinite(upload.total) || upload.total === 0) return 0;
  return upload.sent / upload.total;
}

function stateOf({ upload }: FileView): string {
  if (upload?.is === 'uploading' && Number.isFinite(upload.total)) {
    return text('files.upload-uploading', { sent: size(upload.sent), total: size(upload.total) });
  }
  return text(`files.upload-${upload?.is === 'uploading' ? 'waiting' : (upload?.is ?? 'waiting')}`);
}
