import { CSPProvider } from '@base-ui/react/csp-provider';
import type { Messenger } from '../client/model.ts';
import { AppViewContext, MessengerContext, useWatchedApp } from './messenger.ts';
import { Broken } from './parts/Broken.tsx';
import { Notices } from './parts/Notices.tsx';
import { Screens } from './Screens.tsx';

interface Props {
  readonly messenger: Messenger;
}

/** Everything that all screens stand in. No part may add a style element: the node's policy forbids it. */
export function App({ messenger }: Props) {
  const app = useWatchedApp(messenger);
  return (
    <Broken>
      <CSPProvider disableStyleElements>
        <MessengerContext value={messenger}>
          <AppViewContext value={app ?? nothingYet}>
            <Notices>
              <Screens />
            </Notices>
          </AppViewContext>
        </MessengerContext>
      </CSPProvider>
    </Broken>
  );
}

const nothingYet = {
  phase: { is: 'starting' },
  connection: 'connecting',
  outbox: 0,
  chats: [],
  loading: true,
  organisations: [],
  settings: null,
} as const;
