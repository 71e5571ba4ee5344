/** What the text box does: the draft, mentions, and sending. */
import { type KeyboardEvent, type RefObject, useRef } from 'react';
import { LIMITS } from '../../../protocol/limits.ts';
import { systemRandom } from '../../client/adapters/system.ts';
import { newEntryId } from '../../client/entry-id.ts';
import type { ConversationView } from '../../client/model.ts';
import { useTell } from '../ask.ts';
import { putBack, takeAttached, useAttached } from '../files/attaching.ts';
import { useMessenger } from '../messenger.ts';
import { useDraft } from './draft.ts';
import { type Mentioning, useMentioning } from './mentioning.ts';
import { mentionedMembers } from './mentions.ts';

export interface Composing {
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly draft: string;
  readonly write: (draft: string) => void;
  readonly mentioning: Mentioning;
  /** Characters too many. */
  readonly excess: number;
  readonly ready: boolean;
  readonly send: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useComposing({ chat: { chat }, members }: ConversationView): Composing {
  const messenger = useMessenger();
  const tell = useTell();
  const box = useRef<HTMLTextAreaElement>(null);
  const [draft, keep] = useDraft(chat);
  const mentioning = useMentioning(box, members, keep);
  const excess = tooLongBy(draft);
  const attached = useAttached(chat);
  const isPrepared = attached.every((file) => file.ready !== null);
  const ready = (draft.trim() !== '' || attached.length > 0) && isPrepared && excess === 0;
  const send = async () => {
    if (!ready) return;
    const mentions = mentionedMembers(draft, members).map(({ org, account }) => ({ org, account }));
    keep('');
    box.current?.focus();
    const entryId = newEntryId(systemRandom);
    const taken = takeAttached(chat, entryId);
    const files = taken.flatMap(({ ready: file }) => file ?? []);
    if (await tell(messenger.send(chat, draft.trim(), mentions, entryId, {}, files))) return;
    keep(draft);
    putBack(chat, taken);
  };
  const write = (next: string) => {
    keep(next);
    mentioning.look();
    messenger.typing(chat);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (mentioning.onKey(event) || event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return { box, draft, write, mentioning, excess, ready, send, onKeyDown };
}

const encoder = new TextEncoder();

/** By how many bytes a text is too long (PROTOCOL 2.5), which is how many characters at most; 0: it fits. */
function tooLongBy(text: string): number {
  if (text.length * 3 <= LIMITS.messageTextBytes) return 0;
  return Math.max(0, encoder.encode(text).length - LIMITS.messageTextBytes);
}
