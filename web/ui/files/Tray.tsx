import { CircleAlert, MapPin, MapPinOff, X } from 'lucide-react';
import type { ChatId } from '../../../protocol/ids.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { text } from '../text/files.ts';
import { size } from '../text/time.ts';
import { type Attached, detach, useAttached } from './attaching.ts';
import { KindIcon } from './KindIcon.tsx';
import css from './Tray.module.css';

interface Props {
  readonly chat: ChatId;
}

/** What goes with the next message, above the text box. */
export function Tray({ chat }: Props) {
  const attached = useAttached(chat);
  if (attached.length === 0) return null;
  return (
    <ul className={css.tray} aria-label={text('files.tray')}>
      {attached.map((file) => (
        <li key={file.id} className={css.file} data-bad={file.bad}>
          <Front file={file} />
          <span className={css.words}>
            <bdi className={css.name} title={file.name}>
              {file.name}
            </bdi>
            <Note file={file} />
          </span>
          <IconButton
            small
            icon={X}
            label={text('files.remove', { name: file.name })}
            onClick={() => detach(chat, file.id)}
          />
        </li>
      ))}
    </ul>
  );
}

function Front({ file }: { readonly file: Attached }) {
  if (file.picture !== null) return <img className={css.picture} src={file.picture} alt="" />;
  return (
    <span className={css.picture}>
      {file.bad ? <CircleAlert aria-hidden /> : file.ready ? <KindIcon file={file.ready} /> : <Spinner />}
    </span>
  );
}

function Note({ file }: { readonly file: Attached }) {
  if (file.bad) return <span className={css.bad}>{text('files.unreadable')}</span>;
  if (!file.ready) return <span className={css.note}>{text('files.preparing')}</span>;
  if (file.place === 'none') return <span className={css.note}>{size(file.size)}</span>;
  const Icon = file.place === 'stripped' ? MapPinOff : MapPin;
  return (
    <span className={css.note} data-place={file.place}>
      <Icon aria-hidden />
      {text(`files.place-${file.place}`)}
    </span>
  );
}
