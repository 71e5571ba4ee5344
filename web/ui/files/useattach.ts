/** Attaching, with what is refused said at once: too many, too large for the node, or no room there. */
import { useCallback } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import { FILE_LIMITS } from '../../client/files/limits.ts';
import { useSay } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { text } from '../text/files.ts';
import { size } from '../text/time.ts';
import { attach, countAttached } from './attaching.ts';

export function useAttach(chat: ChatId): (files: readonly File[]) => void {
  const messenger = useMessenger();
  const say = useSay();
  return useCallback(
    async (files) => {
      if (files.length === 0) return;
      const room = await messenger.fileRoom();
      // A node that cannot be asked now says so when it is asked for an upload.
      const { most, left } = room.ok ? room.value : { most: Number.POSITIVE_INFINITY, left: Number.POSITIVE_INFINITY };
      const fitting = files.filter((file) => file.size <= most);
      const taken = fitting.slice(0, FILE_LIMITS.perMessage - countAttached(chat));
      const whole = taken.reduce((sum, file) => sum + file.size, 0);
      if (fitting.length < files.length) say(text('files.too-big', { most: size(most) }), 'bad');
      else if (taken.length < fitting.length) say(text('files.too-many', { most: FILE_LIMITS.perMessage }), 'bad');
      if (whole > left) say(text('files.no-room', { left: size(Math.max(0, left)) }), 'bad');
      else await attach(chat, taken);
    },
    [chat, messenger, say],
  );
}
