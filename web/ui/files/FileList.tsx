import { Download } from 'lucide-react';
import { useState } from 'react';
import { kindOf } from '../../client/files/kinds.ts';
import type { FileView } from '../../client/files/views.ts';
import type { ConversationView, MessageView } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';
import { useNow } from '../now.ts';
import { Button } from '../parts/Button.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { text } from '../text/files.ts';
import { size, timeSince } from '../text/time.ts';
import css from './FileList.module.css';
import { KindIcon } from './KindIcon.tsx';
import { useSaving } from './saving.ts';
import { troubleSentence } from './trouble.ts';

const KINDS = ['all', 'images', 'media', 'documents'] as const;
type Kinds = (typeof KINDS)[number];

interface Props {
  readonly view: ConversationView;
}

/** The files of the messages that are loaded, newest first, by kind. */
export function FileList({ view }: Props) {
  const messenger = useMessenger();
  const [kind, setKind] = useState<Kinds>('all');
  const found = view.items
    .flatMap((item) =>
      item.is === 'message' && item.state.is === 'stored' ? item.files.map((file) => ({ item, file })) : [],
    )
    .filter(({ file }) => kind === 'all' || kindsOf(file) === kind)
    .reverse();
  return (
    <>
      <div className={css.kinds}>
        {KINDS.map((each) => (
          <Button
            key={each}
            small
            look={each === kind ? 'plain' : 'quiet'}
            aria-pressed={each === kind}
            onClick={() => setKind(each)}
          >
            {text(`files.${each}`)}
          </Button>
        ))}
      </div>
      {found.length === 0 ? <p className={css.none}>{text('files.none')}</p> : null}
      <ul className={css.list}>
        {found.map(({ item, file }) => (
          <Row key={`${item.key} ${file.id}`} view={view} item={item} file={file} />
        ))}
      </ul>
      {view.hasOlder ? (
        <Button small look="quiet" disabled={view.loading} onClick={() => messenger.loadOlder(view.chat.chat)}>
          {text('files.older')}
        </Button>
      ) : null}
    </>
  );
}

function kindsOf(file: FileView): Kinds {
  const kind = kindOf(file);
  if (kind === 'image') return 'images';
  return kind === 'video' || kind === 'audio' ? 'media' : 'documents';
}

interface RowProps extends Props {
  readonly item: MessageView;
  readonly file: FileView;
}

function Row({ view, item, file }: RowProps) {
  const now = useNow();
  const { save, trouble } = useSaving(view.chat.chat);
  const { name, type, sealed } = file;
  return (
    <li className={css.file}>
      <KindIcon file={file} />
      <span className={css.words}>
        <bdi className={css.name} title={name}>
          {name}
        </bdi>
        <span className={css.note}>
          {size(file.size)} · {text('files.from', { name: item.author.name, time: timeSince(item.at, now) })}
        </span>
        {trouble ? <span className={css.bad}>{troubleSentence(trouble)}</span> : null}
      </span>
      {sealed && !file.missing ? (
        <IconButton
          small
          icon={Download}
          label={text('files.save', { name })}
          onClick={() => save({ name, type, sealed })}
        />
      ) : null}
    </li>
  );
}
