import { useRef, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { useMe } from '../messenger.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Segments } from '../parts/Segments.tsx';
import { goTo } from '../place.ts';
import { text } from '../text/text.ts';
import { NewDirect } from './NewDirect.tsx';
import { NewPrivate } from './NewPrivate.tsx';
import { NewPublic } from './NewPublic.tsx';

interface Props {
  readonly onClose: () => void;
}

const kinds = ['private', 'direct', 'public'] as const;
type Kind = (typeof kinds)[number];

/** The one dialog for everything new. The private chat comes first: it is what most people come for. */
export function NewChat({ onClose }: Props) {
  const { orgName: organisation } = useMe();
  const [kind, setKind] = useState<Kind>('private');
  const first = useRef<HTMLInputElement>(null);
  const opened = (chat: ChatId) => {
    onClose();
    goTo({ is: 'chat', chat, details: false });
  };
  const form = { first, opened, onClose };
  const more = kind === 'public' ? text('create.public-more', { organisation }) : text(`create.${kind}-more`);
  return (
    <Dialog title={text('create.title')} onClose={onClose} first={first}>
      <Segments
        label={text('create.kind')}
        options={kinds.map((value) => ({ value, label: text(`create.${value}`) }))}
        value={kind}
        onChange={setKind}
      />
      <p>{more}</p>
      {kind === 'private' ? <NewPrivate {...form} /> : null}
      {kind === 'direct' ? <NewDirect {...form} /> : null}
      {kind === 'public' ? <NewPublic {...form} /> : null}
    </Dialog>
  );
}
