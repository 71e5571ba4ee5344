import { Menu } from '@base-ui/react/menu';
import { Bell, BellOff, Check } from 'lucide-react';
import type { ChatView } from '../../client/model.ts';
import type { PersonalWish } from '../../client/of-chat.ts';
import { useTell } from '../ask.ts';
import { useApp, useMessenger } from '../messenger.ts';
import { useNow } from '../now.ts';
import options from '../parts/Options.module.css';
import { text } from '../text/app.ts';
import { DURATIONS, type Duration, until, whenThere, zoneHere } from './durations.ts';
import css from './MuteItems.module.css';
import { isMuted } from './muting.ts';

interface Props {
  readonly chat: ChatView;
}
type Level = ChatView['level'];
const LEVELS: readonly Level[] = ['all', 'mentions', 'none'];

/** Muting for a while, and what one is told of at all: the same in the bell and in the options of a chat. */
export function MuteItems({ chat }: Props) {
  const messenger = useMessenger();
  const tell = useTell();
  const now = useNow();
  const zone = useApp().settings?.zone ?? zoneHere();
  const id = chat.chat;
  const keep = (wish: PersonalWish) => void tell(messenger.keep([wish]));
  const mute = (duration: Duration) => keep({ chat: id, key: 'mutedUntil', value: until(duration, Date.now(), zone) });
  const muted = chat.mutedUntil !== null && isMuted({ ...chat, level: 'all' }, now);
  return (
    <>
      <Menu.Group>
        <Menu.GroupLabel className={css.heading}>
          {muted ? mutedSentence(chat, zone) : text('mute.title')}
        </Menu.GroupLabel>
        {muted ? (
          <Menu.Item className={options.item} onClick={() => keep({ chat: id, key: 'mutedUntil', value: null })}>
            <Bell aria-hidden />
            {text('mute.off')}
          </Menu.Item>
        ) : null}
        {DURATIONS.map((duration) => (
          <Menu.Item key={duration} className={options.item} onClick={() => mute(duration)}>
            <BellOff aria-hidden />
            {text(`mute.${duration}`)}
            {duration === 'tomorrow' ? (
              <span className={css.when}>{whenThere(until(duration, now, zone) as number, zone)}</span>
            ) : null}
          </Menu.Item>
        ))}
      </Menu.Group>
      <Menu.Separator className={css.line} />
      <Menu.RadioGroup value={chat.level} onValueChange={(value: Level) => keep({ chat: id, key: 'level', value })}>
        <Menu.Group>
          <Menu.GroupLabel className={css.heading}>{text('level.title')}</Menu.GroupLabel>
          {LEVELS.map((level) => (
            <Menu.RadioItem key={level} className={options.item} value={level} closeOnClick>
              <Check aria-hidden className={css.check} data-on={level === chat.level} />
              {text(`level.${level}`)}
            </Menu.RadioItem>
          ))}
        </Menu.Group>
      </Menu.RadioGroup>
    </>
  );
}

function mutedSentence({ mutedUntil }: ChatView, zone: string): string {
  if (typeof mutedUntil !== 'number') return text('mute.is-forever');
  return text('mute.is-until', { time: whenThere(mutedUntil, zone) });
}
