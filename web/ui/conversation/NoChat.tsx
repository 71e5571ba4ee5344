import { MessagesSquare } from 'lucide-react';
import { NewChatButton } from '../list/NewChatButton.tsx';
import { useApp } from '../messenger.ts';
import { Empty } from '../parts/Empty.tsx';
import { text } from '../text/text.ts';
import css from './NoChat.module.css';

export function NoChat() {
  const { chats, loading } = useApp();
  const way = chats.length === 0 && !loading ? 'first' : 'none';
  return (
    <main className={css.none}>
      <Empty icon={MessagesSquare} title={text(`conversation.${way}`)} action={<NewChatButton />}>
        {text(`conversation.${way}-more`)}
      </Empty>
    </main>
  );
}
