import { SearchX } from 'lucide-react';
import { type KeyboardEvent, lazy, Suspense, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { ConversationView } from '../../client/model.ts';
import { jumpToFound } from '../jump.ts';
import { useConversation } from '../messenger.ts';
import { Empty } from '../parts/Empty.tsx';
import { Waiting } from '../parts/Waiting.tsx';
import { goBack } from '../place.ts';
import { IdentityWarnings } from '../safety/IdentityWarnings.tsx';
import { text } from '../text/text.ts';
import { Composer } from './Composer.tsx';
import css from './Conversation.module.css';
import { Foot } from './Foot.tsx';
import { Header } from './Header.tsx';
import { MessageList } from './MessageList.tsx';

const Details = lazy(async () => ({ default: (await import('../details/Details.tsx')).Details }));

const History = lazy(async () => ({ default: (await import('../search/History.tsx')).History }));

interface Props {
  readonly chat: ChatId;
  readonly details: boolean;
}

export function Conversation({ chat, details }: Props) {
  const view = useConversation(chat);
  const [history, setHistory] = useState(false);
  if (view === undefined) return <Waiting />;
  if (view === null) return <Gone />;
  return (
    <>
      <main
        className={css.conversation}
        data-colour={view.chat.kind === 'private' ? view.chat.colour : undefined}
        aria-label={view.chat.name}
        onKeyDown={(event) => leaveOnEscape(event, chat, details)}
      >
        <Header view={view} details={details} history={history} onHistory={() => setHistory(!history)} />
        <IdentityWarnings view={view} />
        <MessageList view={view} />
        {mayWrite(view) ? <Composer view={view} /> : <Foot view={view} />}
      </main>
      {history ? (
        <Suspense>
          <History
            view={view}
            onClose={() => setHistory(false)}
            onPick={(found) => {
              jumpToFound(found);
              // Where there is one column, the message stands behind the history.
              if (matchMedia('(max-width: 719px)').matches) setHistory(false);
            }}
          />
        </Suspense>
      ) : null}
      {details && !history ? (
        <Suspense>
          <Details view={view} />
        </Suspense>
      ) : null}
    </>
  );
}

function Gone() {
  return (
    <main className={css.gone}>
      <Empty icon={SearchX} title={text('conversation.gone')} />
    </main>
  );
}

function mayWrite({ chat, can }: ConversationView): boolean {
  return chat.standing === 'member' && chat.readOnly === null && can.post;
}

/** Esc leaves: first the details, then the chat; the focus goes to the chat's line in the list. */
function leaveOnEscape(event: KeyboardEvent<HTMLElement>, chat: ChatId, details: boolean): void {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  if (!event.currentTarget.contains(event.target as Node)) return;
  const row = document.querySelector<HTMLElement>('nav [data-row][aria-current]');
  goBack(details ? { is: 'chat', chat, details: false } : { is: 'chats' });
  if (!details) row?.focus();
}
