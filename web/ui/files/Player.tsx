import { useEffect, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { kindOf, playedType } from '../../client/files/kinds.ts';
import type { FileView } from '../../client/files/views.ts';
import { Spinner } from '../parts/Spinner.tsx';
import { text } from '../text/files.ts';
import css from './Player.module.css';
import { SHOWN_BYTES, usePicture } from './pictures.ts';
import { shapeOf } from './previewing.ts';
import { type FileSource, useFileSource } from './source.ts';
import type { StoredFile } from './stored.ts';

interface Props {
  readonly chat: ChatId;
  readonly file: FileView;
  readonly stored: StoredFile;
}

/** Plays while it is opened: only what is listened to is fetched. */
export function Player({ chat, file, stored }: Props) {
  const source = useFileSource();
  const [url, setUrl] = useState<string | null>();
  const { name, type } = stored;
  const { blob, key, size: bytes } = stored.sealed;
  const [bad, setBad] = useState(false);
  const poster = usePicture(chat, file.thumb);
  useEffect(() => {
    let over = false;
    let made: string | null = null;
    void playable(source, chat, { name, type, sealed: { blob, key, size: bytes } })
      .then((found) => {
        made = found;
        if (!over) setUrl(found);
      })
      .catch(() => !over && setBad(true));
    return () => {
      over = true;
      if (made?.startsWith('blob:')) URL.revokeObjectURL(made);
    };
  }, [source, chat, name, type, blob, key, bytes]);
  if (bad) return <p className={css.bad}>{text('files.failed', { sentence: '' })}</p>;
  if (url === undefined) return <Spinner />;
  if (url === null) return <p className={css.bad}>{text('files.too-big-here')}</p>;
  const label = text('files.play', { name: file.name });
  if (kindOf(file) === 'audio') {
    return (
      <>
        <Shape loud={shapeOf(file.preview)} />
        {/* biome-ignore lint/a11y/useMediaCaption: nobody has captions for what people send each other */}
        <audio className={css.audio} controls autoPlay src={url} aria-label={label} onError={() => setBad(true)} />
      </>
    );
  }
  const shape = file.width && file.height ? { aspectRatio: `${file.width} / ${file.height}` } : undefined;
  return (
    // biome-ignore lint/a11y/useMediaCaption: nobody has captions for what people send each other
    <video
      className={css.video}
      controls
      autoPlay
      playsInline
      style={shape}
      src={url}
      poster={poster?.is === 'here' ? poster.url : undefined}
      aria-label={label}
      onError={() => setBad(true)}
    />
  );
}

function Shape({ loud }: { readonly loud: readonly number[] }) {
  if (loud.length === 0) return null;
  return (
    <svg className={css.shape} viewBox={`0 0 ${loud.length * 3} 32`} preserveAspectRatio="none" aria-hidden="true">
      {loud.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
        <rect key={at} x={at * 3} y={16 - part * 15} width="2" height={Math.max(1, part * 30)} />
      ))}
    </svg>
  );
}

async function playable(source: FileSource, chat: ChatId, stored: StoredFile): Promise<string | null> {
  const address = await source.address(chat, stored, false);
  if (address !== null || stored.sealed.size > SHOWN_BYTES) return address;
  const bytes = await (await source.read(chat, stored.sealed)).bytes();
  return URL.createObjectURL(new Blob([bytes], { type: playedType(stored.type) }));
}
