import { Bell, BellDot, BellOff } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { ChatView } from '../../client/model.ts';
import { useNow } from '../now.ts';
import { IconButton } from '../parts/IconButton.tsx';
import type { Point } from '../parts/PointMenu.tsx';
import { text } from '../text/text.ts';
import { isMuted } from './muting.ts';

const load = () => import('./BellMenu.tsx');
const BellMenu = lazy(async () => ({ default: (await load()).BellMenu }));

interface Props {
  readonly chat: ChatView;
}

/** The bell of a chat (P12): says what one is told of, and mutes. */
export function BellButton({ chat }: Props) {
  const [point, setPoint] = useState<Point | null>(null);
  const state = isMuted(chat, useNow()) ? 'muted' : chat.level;
  const icon = { muted: BellOff, none: BellOff, mentions: BellDot, all: Bell }[state];
  return (
    <>
      <IconButton
        icon={icon}
        label={text(`bell.${state}`)}
        data-bell={state}
        aria-haspopup="menu"
        aria-expanded={point !== null}
        onPointerEnter={load}
        onFocus={load}
        onClick={(event) => setPoint({ element: event.currentTarget, at: null })}
      />
      {point ? (
        <Suspense>
          <BellMenu chat={chat} point={point} onClose={() => setPoint(null)} />
        </Suspense>
      ) : null}
    </>
  );
}
