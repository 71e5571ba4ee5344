import { Hash } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { moveFocus } from '../arrows.ts';
import { useTell } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { text } from '../text/text.ts';
import css from './PublicChats.module.css';

interface Listed {
  readonly chat: ChatId;
  readonly name: string;
  readonly members: number;
}
interface Props {
  readonly opened: (chat: ChatId) => void;
}

export function PublicChats({ opened }: Props) {
  const messenger = useMessenger();
  const tell = useTell();
  const [chats, setChats] = useState<readonly Listed[] | null>(null);
  useEffect(() => {
    messenger.publicChats().then((answer) => setChats(answer.ok ? answer.value : []));
  }, [messenger]);
  const join = async ({ chat, name }: Listed) => {
    if (await tell(messenger.joinPublic(chat), text('create.joined', { name }))) opened(chat);
  };
  return (
    <section aria-labelledby="join-public" className={css.section}>
      <h3 id="join-public">{text('create.join')}</h3>
      {chats === null ? <Spinner /> : null}
      {chats?.length === 0 ? <p className={css.none}>{text('create.join-none')}</p> : null}
      <ul className={css.list} onKeyDown={(event) => moveFocus(event, 'button')}>
        {chats?.map((chat) => (
          <li key={chat.chat}>
            <Hash aria-hidden />
            <span className={css.name}>{chat.name}</span>
            <span className={css.members}>{text('chat.members', { count: chat.members })}</span>
            <Button small onClick={() => join(chat)}>
              {text('create.join-do')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
