import { lazy, Suspense } from 'react';
import { Banners } from './Banners.tsx';
import { NoChat } from './conversation/NoChat.tsx';
import { ChatList } from './list/ChatList.tsx';
import { Broken } from './parts/Broken.tsx';
import { Waiting } from './parts/Waiting.tsx';
import type { Place } from './place.ts';
import { useWindowTitle } from './title.ts';
import css from './Window.module.css';

const Conversation = lazy(async () => ({
  default: (await import('./conversation/Conversation.tsx')).Conversation,
}));
const Settings = lazy(async () => ({ default: (await import('./settings/Settings.tsx')).Settings }));
const Security = lazy(async () => ({ default: (await import('./security/Security.tsx')).Security }));
const Administration = lazy(async () => ({
  default: (await import('./administration/Administration.tsx')).Administration,
}));

/** What nobody waits for comes when the browser has nothing else to do. */
const Around = lazy(async () => {
  await new Promise((idle) => ('requestIdleCallback' in window ? requestIdleCallback(idle) : setTimeout(idle, 1_000)));
  return { default: (await import('./app/Around.tsx')).Around };
});

interface Props {
  readonly place: Place;
}

/** The list, what is open, and its details: as many columns as there is room for. */
export function Window({ place }: Props) {
  useWindowTitle();
  const at = place.is === 'chats' ? 'list' : place.is === 'chat' && place.details ? 'details' : 'main';
  return (
    <div className={css.window}>
      <Banners />
      <Suspense>
        <Around />
      </Suspense>
      <div className={css.columns} data-at={at}>
        <ChatList open={place.is === 'chat' ? place.chat : null} />
        <Broken key={place.is}>
          <Suspense fallback={<Waiting />}>
            {place.is === 'chat' ? <Conversation key={place.chat} chat={place.chat} details={place.details} /> : null}
            {place.is === 'settings' ? <Settings /> : null}
            {place.is === 'security' ? <Security /> : null}
            {place.is === 'administration' ? <Administration section={place.section} /> : null}
            {place.is === 'chats' ? <NoChat /> : null}
          </Suspense>
        </Broken>
      </div>
    </div>
  );
}
