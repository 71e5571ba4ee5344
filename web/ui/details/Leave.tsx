import { LogOut } from 'lucide-react';
import { useState } from 'react';
import type { ConversationView } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Confirm } from '../parts/Confirm.tsx';
import { replacePlace } from '../place.ts';
import { text } from '../text/text.ts';
import css from './Leave.module.css';

interface Props {
  readonly view: ConversationView;
}

export function Leave({ view }: Props) {
  const { chat, name } = view.chat;
  const messenger = useMessenger();
  const [asking, setAsking] = useState(false);
  const leave = async () => {
    const answer = await messenger.leave(chat);
    if (answer.ok) replacePlace({ is: 'chats' });
    return answer;
  };
  return (
    <>
      <Button look="quiet" className={css.leave} onClick={() => setAsking(true)}>
        <LogOut aria-hidden />
        {text('details.leave')}
      </Button>
      {asking ? (
        <Confirm
          title={text('details.leave-title', { name })}
          lost={text('details.leave-more')}
          action={text('details.leave-do')}
          onClose={() => setAsking(false)}
          work={leave}
        />
      ) : null}
    </>
  );
}
