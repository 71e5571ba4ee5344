import type { ChatView } from '../../client/model.ts';
import { type Point, PointMenu } from '../parts/PointMenu.tsx';
import { text } from '../text/app.ts';
import { MuteItems } from './MuteItems.tsx';

interface Props {
  readonly chat: ChatView;
  readonly point: Point;
  readonly onClose: () => void;
}

export function BellMenu({ chat, point, onClose }: Props) {
  return (
    <PointMenu point={point} label={text('mute.menu', { name: chat.name })} onClose={onClose}>
      <MuteItems chat={chat} />
    </PointMenu>
  );
}
