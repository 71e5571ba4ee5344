import { Download, Play, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { kindOf } from '../../client/files/kinds.ts';
import type { FileView } from '../../client/files/views.ts';
import { Button } from '../parts/Button.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { text } from '../text/files.ts';
import { size } from '../text/time.ts';
import css from './FileCard.module.css';
import { KindIcon } from './KindIcon.tsx';
import { clockOf } from './lengths.ts';
import { usePicture } from './pictures.ts';
import { useSaving } from './saving.ts';
import { troubleSentence } from './trouble.ts';

const Player = lazy(async () => ({ default: (await import('./Player.tsx')).Player }));

interface Props {
  readonly chat: ChatId;
  readonly file: FileView;
  readonly onOpen: () => void;
}

/** Name, kind and size; what can be looked at opens, everything can be saved. */
export function FileCard({ chat, file, onOpen }: Props) {
  const [playing, setPlaying] = useState(false);
  const { share, trouble, save, stop } = useSaving(chat);
  const picture = usePicture(chat, file.thumb);
  const kind = kindOf(file);
  const { sealed, name } = file;
  const isMedia = kind === 'video' || kind === 'audio';
  const stored = sealed && !file.missing ? { name, type: file.type, sealed } : null;
  return (
    <div className={css.card} data-kind={kind}>
      {playing && stored ? (
        <Suspense>
          <Player chat={chat} file={file} stored={stored} />
        </Suspense>
      ) : null}
      <div className={css.line}>
        <button
          type="button"
          className={css.front}
          disabled={!stored || kind === 'other'}
          aria-label={text(isMedia ? 'files.play' : 'files.open', { name })}
          onClick={isMedia ? () => setPlaying(true) : onOpen}
        >
          {picture?.is === 'here' ? (
            <img src={picture.url} alt="" />
          ) : isMedia ? (
            <Play aria-hidden />
          ) : (
            <KindIcon file={file} />
          )}
        </button>
        <span className={css.words}>
          <bdi className={css.name} title={name}>
            {name}
          </bdi>
          <span className={css.note}>
            {size(file.size)}
            {file.durationMs === null ? null : ` · ${clockOf(file.durationMs)}`}
          </span>
        </span>
        {stored ? (
          share === null ? (
            <IconButton small icon={Download} label={text('files.save', { name })} onClick={() => save(stored)} />
          ) : (
            <IconButton small icon={X} label={text('files.stop', { name })} onClick={stop} />
          )
        ) : null}
      </div>
      {share === null ? null : (
        <progress className={css.bar} value={share} aria-label={text('files.saving', { name })} />
      )}
      {file.missing ? <p className={css.bad}>{text('files.missing')}</p> : null}
      {trouble && stored ? (
        <p className={css.bad} role="alert">
          {troubleSentence(trouble)}
          <Button small look="quiet" onClick={() => save(stored)}>
            {text('files.try-again')}
          </Button>
        </p>
      ) : null}
    </div>
  );
}
