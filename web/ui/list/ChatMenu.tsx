import { Menu } from '@base-ui/react/menu';
import {
  BellOff,
  ChevronRight,
  EyeOff,
  Link,
  LogOut,
  Mail,
  MailOpen,
  Pin,
  PinOff,
  UserPlus,
  Users,
} from 'lucide-react';
import { useState } from 'react';
import type { ChatView } from '../../client/model.ts';
import { useSay, useTell } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import mute from '../notify/MuteItems.module.css';
import { MuteItems } from '../notify/MuteItems.tsx';
import { Confirm } from '../parts/Confirm.tsx';
import { classes } from '../parts/classes.ts';
import options from '../parts/Options.module.css';
import { PointMenu } from '../parts/PointMenu.tsx';
import { goTo, placeLink, replacePlace } from '../place.ts';
import { text } from '../text/app.ts';
import { askToInvite } from './inviting.ts';
import type { RowMenu } from './rowmenu.ts';

interface Props {
  readonly chat: ChatView;
  readonly point: RowMenu['point'];
  /** Is it the chat that stands open? */
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The options of a chat in the list (P13). */
export function ChatMenu({ chat, point, open, onClose }: Props) {
  const messenger = useMessenger();
  const [leaving, setLeaving] = useState(false);
  const id = chat.chat;
  const leave = async () => {
    const answer = await messenger.leave(id);
    if (answer.ok && open) replacePlace({ is: 'chats' });
    return answer;
  };
  if (leaving) {
    return (
      <Confirm
        title={text('details.leave-title', { name: chat.name })}
        lost={text('details.leave-more')}
        action={text('details.leave-do')}
        onClose={onClose}
        work={leave}
      />
    );
  }
  return (
    <PointMenu point={point} label={text('options.menu', { name: chat.name })} onClose={onClose}>
      <State chat={chat} open={open} />
      <Menu.Separator className={mute.line} />
      <Muting chat={chat} />
      <Menu.Separator className={mute.line} />
      <Ways chat={chat} />
      {chat.kind === 'general' || chat.standing !== 'member' ? null : (
        <>
          <Menu.Separator className={mute.line} />
          <Menu.Item
            className={classes(options.item, options.danger)}
            closeOnClick={false}
            onClick={() => setLeaving(true)}
          >
            <LogOut aria-hidden />
            {text('options.leave')}
          </Menu.Item>
        </>
      )}
    </PointMenu>
  );
}

function State({ chat, open }: Pick<Props, 'chat' | 'open'>) {
  const messenger = useMessenger();
  const tell = useTell();
  const id = chat.chat;
  const unread = chat.unread > 0 || chat.markedUnread;
  const mark = () => tell(unread ? messenger.markRead(id) : messenger.keep([{ chat: id, key: 'unread', value: true }]));
  const hide = async () => {
    if ((await tell(messenger.hide(id), text('options.hidden'))) && open) replacePlace({ is: 'chats' });
  };
  return (
    <>
      <Menu.Item
        className={options.item}
        onClick={() => tell(messenger.keep([{ chat: id, key: 'pinned', value: !chat.pinned }]))}
      >
        {chat.pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
        {text(chat.pinned ? 'options.unpin' : 'options.pin')}
      </Menu.Item>
      <Menu.Item className={options.item} onClick={mark}>
        {unread ? <MailOpen aria-hidden /> : <Mail aria-hidden />}
        {text(unread ? 'options.read' : 'options.unread')}
      </Menu.Item>
      <Menu.Item className={options.item} onClick={hide}>
        <EyeOff aria-hidden />
        {text('options.hide')}
      </Menu.Item>
    </>
  );
}

function Muting({ chat }: Pick<Props, 'chat'>) {
  return (
    <Menu.SubmenuRoot>
      <Menu.SubmenuTrigger className={options.item}>
        <BellOff aria-hidden />
        {text('options.mute')}
        <ChevronRight aria-hidden className={mute.opens} />
      </Menu.SubmenuTrigger>
      <Menu.Portal>
        <Menu.Positioner className={options.positioner} sideOffset={4}>
          <Menu.Popup className={options.popup}>
            <MuteItems chat={chat} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.SubmenuRoot>
  );
}

function Ways({ chat }: Pick<Props, 'chat'>) {
  const say = useSay();
  const id = chat.chat;
  const link = new URL(placeLink({ is: 'chat', chat: id, details: false }), location.href).href;
  const copy = () =>
    navigator.clipboard.writeText(link).then(
      () => say(text('options.copied')),
      () => say(link),
    );
  return (
    <>
      <Menu.Item className={options.item} onClick={() => goTo({ is: 'chat', chat: id, details: true })}>
        <Users aria-hidden />
        {text('options.members')}
      </Menu.Item>
      {chat.kind === 'private' && chat.standing === 'member' ? (
        <Menu.Item className={options.item} onClick={() => askToInvite(id)}>
          <UserPlus aria-hidden />
          {text('options.invite')}
        </Menu.Item>
      ) : null}
      <Menu.Item className={options.item} onClick={copy}>
        <Link aria-hidden />
        {text('options.copy')}
      </Menu.Item>
    </>
  );
}
