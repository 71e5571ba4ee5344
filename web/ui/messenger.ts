/** The messenger and what it shows, for every component below the root. */
import { createContext, useContext, useEffect, useState } from 'react';
import type { ChatId } from '../../protocol/ids.ts';
import type { AppView, ConversationView, Messenger, MeView } from '../client/model.ts';

export const MessengerContext = createContext<Messenger | null>(null);
export const AppViewContext = createContext<AppView | null>(null);

export function useMessenger(): Messenger {
  const messenger = useContext(MessengerContext);
  if (messenger === null) throw new Error('bug: no messenger above');
  return messenger;
}

export function useApp(): AppView {
  const app = useContext(AppViewContext);
  if (app === null) throw new Error('bug: no view above');
  return app;
}

/** Only below the screens of somebody who is signed in. */
export function useMe(): MeView {
  const { phase } = useApp();
  if (phase.is !== 'signed-in') throw new Error('bug: nobody is signed in');
  return phase.me;
}

/** Null until the first view came. */
export function useWatchedApp(messenger: Messenger): AppView | null {
  const [app, setApp] = useState<AppView | null>(null);
  useEffect(() => messenger.watchApp(setApp), [messenger]);
  return app;
}

/** `undefined` until known; null: there is no such chat, or no access. */
export function useConversation(chat: ChatId): ConversationView | null | undefined {
  const messenger = useMessenger();
  const [seen, setSeen] = useState<{ chat: ChatId; view: ConversationView | null }>();
  useEffect(() => messenger.watchConversation(chat, (view) => setSeen({ chat, view })), [messenger, chat]);
  return seen?.chat === chat ? seen.view : undefined;
}
