import { MessagesSquare } from 'lucide-react';
import { NewChatButton } from '../list/NewChatButton.tsx';
import { Empty } from '../parts/Empty.tsx';
import { text } from '../text/text.ts';
import css from './NoChat.module.css';

export function NoChat() {
  return (
    <main className={css.none}>
      <Empty icon={MessagesSquare} title={text('conversation.none')} action={<NewChatButton />}>
        {text('conversation.none-more')}
      </Empty>
    </main>
  );
}
