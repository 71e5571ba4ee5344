import { Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { MessageView } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { text } from '../text/text.ts';
import css from './EraseButton.module.css';

const Confirm = lazy(async () => ({ default: (await import('../parts/Confirm.tsx')).Confirm }));

interface Props {
  readonly chat: ChatId;
  readonly message: MessageView;
}

/** There while the message is pointed at or has the focus. */
export function EraseButton({ chat, message }: Props) {
  const messenger = useMessenger();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <IconButton
        small
        className={css.button}
        icon={Trash2}
        label={text('message.erase')}
        onClick={() => setAsking(true)}
      />
      {asking ? (
        <Suspense>
          <Confirm
            title={text('message.erase-title')}
            lost={text('message.erase-more')}
            action={text('message.erase-do')}
            onClose={() => setAsking(false)}
            work={() => messenger.erase(chat, message.key)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
