import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import type { ChatView } from '../../client/model.ts';
import { useApp } from '../messenger.ts';
import { goTo, usePlace } from '../place.ts';
import { readLetterKeys } from './letters.ts';
import { HELP } from './open.ts';
import { type Doing, doingOf } from './shortcuts.ts';

const Switcher = lazy(async () => ({ default: (await import('./Switcher.tsx')).Switcher }));
const Help = lazy(async () => ({ default: (await import('./Help.tsx')).Help }));

/** Listens for the keys that work everywhere. */
export function Keyboard() {
  const { chats } = useApp();
  const place = usePlace();
  const [open, setOpen] = useState<'switch' | 'help' | null>(null);
  const here = place.is === 'chat' ? place.chat : null;
  const act = useCallback(
    (doing: Doing) => {
      if (doing === 'switch' || doing === 'help') return setOpen(doing);
      const next = neighbour(chats, here, doing);
      if (next) goTo({ is: 'chat', chat: next.chat, details: false });
    },
    [chats, here],
  );
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const covered = document.querySelector('[role=dialog],[role=alertdialog],[role=menu]') !== null;
      const doing = doingOf(event, { typing: isField(event.target), covered, letters: readLetterKeys() });
      if (doing === null) return;
      event.preventDefault();
      act(doing);
    };
    const help = () => setOpen('help');
    window.addEventListener('keydown', pressed);
    window.addEventListener(HELP, help);
    return () => {
      window.removeEventListener('keydown', pressed);
      window.removeEventListener(HELP, help);
    };
  }, [act]);
  const close = () => setOpen(null);
  return (
    <Suspense>
      {open === 'switch' ? <Switcher onClose={close} /> : null}
      {open === 'help' ? <Help onClose={close} /> : null}
    </Suspense>
  );
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

/** The next in the list, up or down, round its ends. */
function neighbour(chats: readonly ChatView[], here: string | null, doing: Doing): ChatView | undefined {
  const unreadOnly = doing.startsWith('unread');
  const listed = chats.filter(
    ({ standing, unread, chat }) => standing !== 'invited' && (!unreadOnly || unread > 0 || chat === here),
  );
  const at = listed.findIndex(({ chat }) => chat === here);
  const step = doing.endsWith('up') ? -1 : 1;
  if (at < 0) return step > 0 ? listed[0] : listed.at(-1);
  return listed[(at + step + listed.length) % listed.length];
}
